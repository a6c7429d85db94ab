import { isMadeUp } from "../../data/synthetic/synthetic-ratings.ts";
import { MatineeError } from "../../errors.ts";
import type { ModelSetting } from "../../store/model-setting.ts";
import type { ListedModel } from "../models/describe-model.ts";
import type { ModelFolder } from "../models/folder.ts";
import { operations } from "../operations.ts";
import type { ShapeOf } from "../shapes.ts";
import type { App, RouteContext } from "./route.ts";

/** Routes about models, which answer without one too. */
export function modelRoutes(app: App, context: RouteContext): void {
  const { models } = context;

  app.add(operations.listModels, async (_request, { scope }) => {
    const { models: all, refused } = await models.list();
    const answering = models.status().model;
    const told = all
      .map((model) => tell(model, answering, models.folder?.setting() ?? {}))
      .sort((a, b) => Number(b.active) - Number(a.active));
    if (scope !== "admin") return { models: told.filter(({ active }) => active) };
    return { models: told, ...(refused.length > 0 && { refused }) };
  });

  app.add(operations.uploadModel, async ({ params, headers, body }, { signal, header }) => {
    const folder = folderOf(context);
    try {
      if (typeof Object(body)[Symbol.asyncIterator] !== "function") {
        throw new MatineeError("REQUEST_INVALID", "the request brings no file", {
          fix: "send it as the body, as application/octet-stream",
        });
      }
      const signature = headers["x-matinee-signature"];
      const uploaded = { name: params.name, content: body };
      await folder.upload(
        signature === undefined ? uploaded : { ...uploaded, signature: Buffer.from(signature, "base64") },
        signal,
      );
    } catch (error) {
      header("connection", "close"); // the rest of the file is not read
      throw error;
    }
    return { name: params.name };
  });

  app.add(operations.deleteModel, async ({ params }) => {
    const folder = folderOf(context);
    await folder.remove(params.name);
    return rolesOf(folder.setting());
  });
  app.add(operations.activateModel, async ({ params }) => rolesOf(await folderOf(context).activate(params.name)));
  app.add(operations.rollBackModel, async () => rolesOf(await folderOf(context).rollBack()));
  app.add(operations.startTrial, async ({ body }) =>
    rolesOf(await folderOf(context).startTrial(body.model, body.share)),
  );
  app.add(operations.endTrial, async () => rolesOf(await folderOf(context).endTrial()));
  app.add(operations.getTrialResult, async () => await folderOf(context).trialResult());
  app.add(operations.startShadow, async ({ body }) => rolesOf(await folderOf(context).startShadow(body.model)));
  app.add(operations.endShadow, async () => rolesOf(await folderOf(context).endShadow()));
}

/** @throws CAPABILITY_MISSING where the model comes from elsewhere than a folder */
function folderOf({ models: { folder } }: RouteContext): ModelFolder {
  if (folder) return folder;
  throw new MatineeError("CAPABILITY_MISSING", "the server has no folder of models", {
    fix: "start it with --models FOLDER and --store",
  });
}

function rolesOf({ active, previous, trial, shadow }: ModelSetting): ShapeOf<"ModelRoles"> {
  return {
    ...(active === undefined ? {} : { active }),
    ...(previous === undefined ? {} : { previous }),
    ...(trial && { trial }),
    ...(shadow === undefined ? {} : { shadow }),
  };
}

function tell(
  model: ListedModel,
  answering: string | undefined,
  { previous, trial, shadow }: ModelSetting,
): ShapeOf<"ModelInfo"> {
  const { name, algorithm, summary, predictor, bytes, created, evaluation, data } = model;
  return {
    name,
    algorithm,
    summary,
    ...(predictor === undefined ? {} : { predictor }),
    active: name === answering,
    ...(name === previous && { previous: true }),
    ...(name === trial?.model && { trial: true }),
    ...(name === shadow && { shadow: true }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(created === undefined ? {} : { created }),
    ...(evaluation && { evaluation }),
    data: { ...data, madeUp: isMadeUp(data) },
  };
}
