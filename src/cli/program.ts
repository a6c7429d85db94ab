/** The command line as a whole. Only the command that is named is loaded. */
import { Command } from "commander";
import { version } from "../version.ts";
import { runCommand } from "./terminal/run.ts";

interface Entry {
  /** For the list of commands. */
  readonly summary: string;
  load(): Promise<Command>;
}

const groups: Readonly<Record<string, Readonly<Record<string, Entry>>>> = {
  "Recommend:": {
    recommend: {
      summary: "List films for a user of the data, for ratings of your own, or for every user",
      load: async () => (await import("./commands/recommend/recommend.ts")).recommendCommand(),
    },
    rate: {
      summary: "Rate films in a dialogue, then get a list",
      load: async () => (await import("./commands/rate/rate.ts")).rateCommand(),
    },
    predict: {
      summary: "Predict a user's ratings of films",
      load: async () => (await import("./commands/predict.ts")).predictCommand(),
    },
    similar: {
      summary: "List films similar to a film",
      load: async () => (await import("./commands/similar.ts")).similarCommand(),
    },
    search: {
      summary: "Find films by words of any kind, by a text model",
      load: async () => (await import("./commands/search.ts")).searchCommand(),
    },
    neighbours: {
      summary: "List the users whose taste is most like a user's",
      load: async () => (await import("./commands/neighbours.ts")).neighboursCommand(),
    },
    serve: {
      summary: "Serve the web page and the HTTP API",
      load: async () => (await import("./commands/serve.ts")).serveCommand(),
    },
    export: {
      summary: "Write the page as a site without a server",
      load: async () => (await import("./commands/export/export.ts")).exportCommand(),
    },
    key: {
      summary: "Make a key for the HTTP API",
      load: async () => (await import("./commands/key.ts")).keyCommand(),
    },
  },
  "Data:": {
    data: {
      summary: "Describe ratings; download, generate, filter or convert them",
      load: async () => (await import("./commands/data.ts")).dataCommand(),
    },
    store: {
      summary: "Look into a store of ratings and events, fill and copy it",
      load: async () => (await import("./commands/store.ts")).storeCommand(),
    },
    ratings: {
      summary: "List what a user of the data has rated",
      load: async () => (await import("./commands/ratings.ts")).ratingsCommand(),
    },
  },
  "Models:": {
    models: {
      summary: "List the models and what each of them can do",
      load: async () => (await import("./commands/models.ts")).modelsCommand(),
    },
    train: {
      summary: "Train a model and save it in a file",
      load: async () => (await import("./commands/train.ts")).trainCommand(),
    },
    retrain: {
      summary: "Train on what a store holds, and switch to the model unless it is worse",
      load: async () => (await import("./commands/retrain.ts")).retrainCommand(),
    },
    sign: {
      summary: "Sign a saved model, or make the keys for it",
      load: async () => (await import("./commands/sign.ts")).signCommand(),
    },
    tune: {
      summary: "Choose a model's settings",
      load: async () => (await import("./commands/evaluation/tune.ts")).tuneCommand(),
    },
    inspect: {
      summary: "Describe a saved model, or draw a model and its data",
      load: async () => (await import("./commands/inspect.ts")).inspectCommand(),
    },
  },
  "Evaluate:": {
    evaluate: {
      summary: "Measure a model on held-out ratings",
      load: async () => (await import("./commands/evaluation/evaluate.ts")).evaluateCommand(),
    },
    compare: {
      summary: "Measure several models side by side, with paired tests",
      load: async () => (await import("./commands/evaluation/compare.ts")).compareCommand(),
    },
    experiment: {
      summary: "Repeat a published study of MovieLens data",
      load: async () => (await import("./commands/experiment.ts")).experimentCommand(),
    },
    bench: {
      summary: "Time Matinee on made-up ratings",
      load: async () => (await import("./commands/bench.ts")).benchCommand(),
    },
  },
  "Help:": {
    help: {
      summary: "Show the options of a command, or the settings of a model",
      load: async () => (await import("./commands/help.ts")).helpCommand(),
    },
  },
};

export async function runMatinee(argv: readonly string[]): Promise<void> {
  const words = argv.slice(2).filter((word) => !word.startsWith("-"));
  const loaded = words[0] === "help" ? words.slice(0, 2) : words.slice(0, 1);
  const program = new Command("matinee")
    .description("A movie recommender.")
    .usage("COMMAND [options]")
    .version(version)
    .helpCommand(false)
    .addHelpText("after", "\nOptions of a command: matinee help COMMAND. Settings of a model: matinee help MODEL.");
  for (const [group, entries] of Object.entries(groups)) {
    for (const [name, { summary, load }] of Object.entries(entries)) {
      const command = loaded.includes(name) ? await load() : new Command(name);
      program.addCommand(command.summary(summary).helpGroup(group));
    }
  }
  await runCommand(program, argv);
}
