#!/usr/bin/env node
import { Command } from "commander";
import { version } from "../version.ts";
import { benchCommand } from "./bench.ts";
import { compareCommand } from "./compare.ts";
import { dataCommand } from "./data.ts";
import { evaluateCommand } from "./evaluate.ts";
import { experimentCommand } from "./experiment.ts";
import { inspectCommand } from "./inspect.ts";
import { neighboursCommand } from "./neighbours.ts";
import { predictCommand } from "./predict.ts";
import { rateCommand } from "./rate.ts";
import { ratingsCommand } from "./ratings.ts";
import { recommendCommand } from "./recommend.ts";
import { runCommand } from "./run.ts";
import { serveCommand } from "./serve.ts";
import { similarCommand } from "./similar.ts";
import { trainCommand } from "./train.ts";
import { tuneCommand } from "./tune.ts";

const program = new Command("matinee")
  .description("Recommends films from ratings.")
  .version(version)
  .addCommand(dataCommand())
  .addCommand(trainCommand())
  .addCommand(recommendCommand())
  .addCommand(rateCommand())
  .addCommand(predictCommand())
  .addCommand(neighboursCommand())
  .addCommand(similarCommand())
  .addCommand(ratingsCommand())
  .addCommand(evaluateCommand())
  .addCommand(compareCommand())
  .addCommand(experimentCommand())
  .addCommand(tuneCommand())
  .addCommand(inspectCommand())
  .addCommand(serveCommand())
  .addCommand(benchCommand());

await runCommand(program, process.argv);
