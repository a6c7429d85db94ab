/**
 * Signatures of model files: Ed25519 (RFC 8032) over the bytes of the file, 64 bytes in a file of their own beside it. Keys are PEM files
 * (PKCS #8, SPKI), so that other programs can make and check them.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { MatineeError } from "../errors.ts";
import { replaceFile } from "../replace-file.ts";

/** Bytes of a signature. */
export const signatureBytes = 64;

/** Where the signature of a model file lies. */
export function signatureFile(path: string): string {
  return `${path}.sig`;
}

/** Makes a pair of keys, as PEM. */
export function makeSigningKeys(): { readonly privateKey: string; readonly publicKey: string } {
  return generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
}

/** The PEM of a private key in a file. @throws USAGE where there is none */
export async function readSigningKey(path: string): Promise<string> {
  const privateKey = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === "ENOENT" ? "there is no such key" : `the key cannot be read: ${cause.message}`;
    throw new MatineeError("USAGE", `${path}: ${problem}`, { fix: "make one with matinee sign --new-key FILE", cause });
  });
  ed25519(() => createPrivateKey(privateKey), "private");
  return privateKey;
}

/** Signs a model file: writes its signature beside it. @throws ARTIFACT_NOT_FOUND, USAGE, WRITE_FAILED */
export async function signArtifact(path: string, privateKey: string): Promise<void> {
  const key = ed25519(() => createPrivateKey(privateKey), "private");
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === "ENOENT" ? "no such file" : cause.message;
    throw new MatineeError("ARTIFACT_NOT_FOUND", `${path}: ${problem}`, { cause });
  });
  const signature = sign(null, bytes, key);
  await replaceFile(signatureFile(path), (temporary) => writeFile(temporary, signature, { flag: "wx" }));
}

/** The signature that lies beside a model file; undefined where there is none. */
export async function readSignature(path: string): Promise<Uint8Array | undefined> {
  return readFile(signatureFile(path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new MatineeError("ARTIFACT_UNSIGNED", `${path}: its signature cannot be read: ${error.message}`);
  });
}

/** @throws USAGE unless a text is the PEM of an Ed25519 public key */
export function checkPublicKey(publicKey: string): void {
  ed25519(() => createPublicKey(publicKey), "public");
}

/**
 * Holds the bytes of a model file against a signature.
 *
 * @param publicKey PEM of the key that is trusted
 * @throws ARTIFACT_UNSIGNED where there is none; ARTIFACT_SIGNATURE where it is another's, or of other bytes
 */
export function checkSignature(
  path: string,
  bytes: Uint8Array,
  signature: Uint8Array | undefined,
  publicKey: string,
): void {
  if (!signature)
    throw new MatineeError(
      "ARTIFACT_UNSIGNED",
      `${path}: there is no signature, and the server takes signed models only`,
    );
  const key = ed25519(() => createPublicKey(publicKey), "public");
  if (signature.length !== signatureBytes || !verify(null, bytes, key, signature)) {
    throw new MatineeError(
      "ARTIFACT_SIGNATURE",
      `${path}: the signature is not that of these bytes by the trusted key`,
    );
  }
}

function ed25519(read: () => KeyObject, kind: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = read();
  } catch {}
  if (key?.asymmetricKeyType === "ed25519") return key;
  throw new MatineeError("USAGE", `the ${kind} key is no Ed25519 key in PEM`, {
    fix: "make a pair with matinee sign --new-key FILE",
  });
}
