/** What a model may take while it is read and tried. */
import { type Static, Type } from "typebox";
import { Check } from "typebox/value";
import { checkOptions, quoteArgument } from "../../check-arguments.ts";
import { MatineeError } from "../../errors.ts";

/** What a model may take while it is read and tried, before it answers anybody. */
export const ModelLimitsSchema = Type.Object(
  {
    seconds: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: "time to read, check, open and try it; 120 unless given" }),
    ),
    fileBytes: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          "what of its file is read into memory, and all of an upload; 512 MiB unless given, 2 GiB at most. Of a larger file, vectors of items stay on disk where the model can answer so",
        maximum: 2 ** 31,
      }),
    ),
    memoryBytes: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: "memory for it beside the engine's, which has 1 GiB; 2 GiB unless given",
      }),
    ),
  },
  { title: "ModelLimits", additionalProperties: false },
);

/** What a model may take while it is read and tried. */
export type ModelLimits = Readonly<Static<typeof ModelLimitsSchema>>;

const usualLimits: Required<ModelLimits> = { seconds: 120, fileBytes: 512 * 2 ** 20, memoryBytes: 2 * 2 ** 30 };

/** The limits in full. @throws USAGE for those that are unknown or make no sense */
export function modelLimits(limits: ModelLimits = {}): Required<ModelLimits> {
  checkOptions("limits of models", limits, Object.keys(usualLimits));
  if (Check(ModelLimitsSchema, limits)) return { ...usualLimits, ...limits };
  throw new MatineeError("USAGE", `the limits of models are ${quoteArgument(limits)}`, {
    fix: "give seconds above 0, fileBytes from 1 to 2 GiB and memoryBytes from 1",
  });
}

/** A header is parsed in one go, which nothing can interrupt: a longer one could end the whole process. */
export const mostHeaderBytes = 8 * 2 ** 20;
