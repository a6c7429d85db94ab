import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { makeSigningKeys, readSigningKey, signArtifact, signatureFile } from "../../artifact/signature.ts";
import { MatineeError } from "../../errors.ts";
import { replaceFile, replaceText } from "../../replace-file.ts";
import { note, printLines } from "../terminal/output.ts";

interface SignFlags {
  key?: string;
  newKey?: string;
}

export function signCommand(): Command {
  return new Command("sign")
    .description("Signs a saved model, so that matinee serve --trust takes it, or makes the keys for it.")
    .argument("[file]", "a model saved by matinee train; its signature is written beside it, as FILE.sig")
    .option("--key <file>", "the private key to sign with")
    .option("--new-key <file>", "make a private key in this file, and its public key in FILE.pub")
    .action(run);
}

async function run(file: string | undefined, { key, newKey }: SignFlags): Promise<void> {
  if (newKey !== undefined) {
    if (file !== undefined || key !== undefined) {
      throw new MatineeError("USAGE", "--new-key makes keys, and signs nothing", {
        fix: "make the keys first, then sign",
      });
    }
    return makeKeys(newKey);
  }
  if (file === undefined || key === undefined) {
    throw new MatineeError("USAGE", "nothing says what is signed by which key", {
      fix: "write matinee sign FILE --key KEY; matinee sign --new-key KEY makes a key",
    });
  }
  await signArtifact(file, await readSigningKey(key));
  printLines([signatureFile(file)]);
}

async function makeKeys(file: string): Promise<void> {
  const publicFile = `${file}.pub`;
  for (const path of [file, publicFile]) {
    if (!existsSync(path)) continue;
    throw new MatineeError("USAGE", `${path} is there already`, { fix: "choose another name for the new key" });
  }
  const { privateKey, publicKey } = makeSigningKeys();
  await replaceFile(file, (temporary) => writeFile(temporary, privateKey, { mode: 0o600, flag: "wx" }));
  await replaceText(publicFile, publicKey);
  printLines([file, publicFile]);
  note(`Keep ${file} to yourself. The server gets the other: matinee serve --trust ${publicFile}`);
}
