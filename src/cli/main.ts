#!/usr/bin/env node
import { Command } from "commander";
import { version } from "../version.ts";
import { benchCommand } from "./commands/bench.ts";
import { dataCommand } from "./commands/data.ts";
import { compareCommand } from "./commands/evaluation/compare.ts";
import { evaluateCommand } from "./commands/evaluation/evaluate.ts";
import { tuneCommand } from "./commands/evaluation/tune.ts";
import { experimentCommand } from "./commands/experiment.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { neighboursCommand } from "./commands/neighbours.ts";
import { predictCommand } from "./commands/predict.ts";
import { rateCommand } from "./commands/rate/rate.ts";
import { ratingsCommand } from "./commands/ratings.ts";
import { recommendCommand } from "./commands/recommend/recommend.ts";
import { serveCommand } from "./commands/serve.ts";
import { similarCommand } from "./commands/similar.ts";
import { trainCommand } from "./commands/train.ts";
import { runCommand } from "./terminal/run.ts";

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
