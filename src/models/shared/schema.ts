/**
 * Builders of settings schemas. They make the JSON Schema objects that TypeBox makes, with its types, and leave its code unloaded:
 * its some 370 modules take longer to load than the rest of Matinee.
 */
import type {
  TBoolean,
  TEnum,
  TInteger,
  TNumber,
  TNumberOptions,
  TObject,
  TProperties,
  TSchemaOptions,
  TString,
} from "typebox";

export const Type = {
  Object: <const P extends TProperties>(properties: P) =>
    ({ type: "object", required: Object.keys(properties), properties }) as unknown as TObject<P>,
  Integer: (options: TNumberOptions) => ({ type: "integer", ...options }) as TInteger,
  Number: (options: TNumberOptions) => ({ type: "number", ...options }) as TNumber,
  Boolean: (options: TSchemaOptions) => ({ type: "boolean", ...options }) as TBoolean,
  String: (options: TSchemaOptions) => ({ type: "string", ...options }) as TString,
  Enum: <const V extends readonly string[]>(values: V, options: TSchemaOptions) =>
    ({ enum: [...values], ...options }) as unknown as TEnum<[...V]>,
};
