/** Values of flags, from the words of the command line. */
import { InvalidArgumentError } from "commander";
import { parseTime } from "../../data/reading/values.ts";

export function parseNumber(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw new InvalidArgumentError("It takes a number.");
  return value;
}

/** In seconds since 1970. */
export function parseWhen(text: string): number {
  const time = parseTime(text.trim());
  if (Number.isNaN(time))
    throw new InvalidArgumentError("It takes a date, 2005-04-02 or 2005-04-02T23:53, or seconds since 1970.");
  return time;
}

export function parseWhole(text: string): number {
  const value = parseNumber(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError("It takes a whole number.");
  return value;
}

export function parsePositive(text: string): number {
  const value = parseWhole(text);
  if (value === 0) throw new InvalidArgumentError("It takes a whole number from 1.");
  return value;
}

const units: Record<string, number> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

export function parseBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?$/i.exec(text.trim());
  if (!match) throw new InvalidArgumentError("It takes a size such as 500MB or 2GB.");
  return Number(match[1]) * units[match[2].toLowerCase()];
}

export function parseScale(text: string): { min: number; max: number } {
  const [min, max, more] = text.split(":").map(parseNumber);
  if (max === undefined || more !== undefined || !(min < max)) {
    throw new InvalidArgumentError("It takes the lowest and the highest rating, such as 1:5.");
  }
  return { min, max };
}

/** The value that means unrated: a number, or "" for a blank. */
export function parseUnrated(text: string): number | "" {
  return text.trim() === "" ? "" : parseNumber(text);
}

/** "view=1,purchase=5" → { view: 1, purchase: 5 } */
export function parseWeights(text: string): Record<string, number> {
  const weights: Record<string, number> = {};
  for (const part of text.split(",")) {
    const at = part.lastIndexOf("=");
    const weight = Number(part.slice(at + 1).trim() || Number.NaN);
    if (at < 1 || !(weight > 0)) {
      throw new InvalidArgumentError("It takes types of events with numbers above 0, such as view=1,purchase=5.");
    }
    const type = part.slice(0, at).trim();
    if (Object.hasOwn(weights, type)) throw new InvalidArgumentError(`It weighs ${type} twice.`);
    weights[type] = weight;
  }
  return weights;
}

export function parseKeyValue(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It takes key=value.");
  const key = text.slice(0, at);
  if (Object.hasOwn(before, key)) throw new InvalidArgumentError(`It says what ${key} is twice.`);
  return { ...before, [key]: text.slice(at + 1) };
}

export function parseNames(text: string): string[] {
  return text.split(",").map((name) => name.trim());
}

/** For flags that may be repeated. */
export function appendValue(text: string, before: string[]): string[] {
  return [...before, text];
}
