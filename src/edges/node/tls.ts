/**
 * What the gateway shows of itself over TLS, from files: read, checked, and told in one sentence what is wrong.
 *
 * Guarantees: TLS 1.2 at least; no renegotiation; nothing of a key is in an error.
 */
import { constants, createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { constants as flags } from 'node:fs';
import { open } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';

export interface TlsFiles {
  /** The certificate with the chain above it, in PEM. */
  readonly cert: string;
  /** Its private key, in PEM. */
  readonly key: string;
  /** Opens the key, where it is encrypted. */
  readonly passphrase?: string | undefined;
  /** Who signs certificates of clients, in PEM. */
  readonly ca?: string | undefined;
  /** Whether clients must show one that `ca` signed; default: they must where there is a `ca`, else none is asked for. */
  readonly clientCertificates?: 'none' | 'optional' | 'required' | undefined;
}

/** What was read: good for a server, and for one that runs already. */
export interface TlsMaterial {
  readonly context: SecureContextOptions;
  /** What may be used and should not. */
  readonly warnings: readonly string[];
  /** The same for the same contents. */
  readonly digest: string;
}

/** Which of the files cannot be used, and why. */
export class TlsFault extends Error {
  readonly file: 'cert' | 'key' | 'ca';

  constructor(file: TlsFault['file'], message: string, cause?: unknown) {
    super(`tls.${file} ${message}`, { cause });
    this.name = 'TlsFault';
    this.file = file;
  }
}

/** @throws TlsFault with one sentence */
export async function readTls(files: TlsFiles, now = Date.now()): Promise<TlsMaterial> {
  const [cert, key, ca] = await Promise.all([
    read('cert', files.cert),
    read('key', files.key),
    files.ca === undefined ? undefined : read('ca', files.ca),
  ]);
  const leaf = certificateOf('cert', files.cert, cert);
  const signer = ca && certificateOf('ca', files.ca as string, ca);
  const privateKey = keyOf(files, key);
  if (!leaf.checkPrivateKey(privateKey)) {
    throw new TlsFault(
      'key',
      `(${files.key}) is not the key of the certificate in ${files.cert}; name the one that is.`,
    );
  }
  const context: SecureContextOptions = {
    cert,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ...(ca ? { ca } : {}),
    minVersion: 'TLSv1.2',
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  };
  tryOut(context, files);
  const warnings = [
    ...concerns('cert', files.cert, leaf, now),
    ...(signer ? concerns('ca', files.ca as string, signer, now) : []),
  ];
  const hash = createHash('sha256');
  for (const part of [cert, key, ca ?? '']) hash.update(`${part.length}:`).update(part);
  return { context, warnings, digest: hash.digest('hex') };
}

/** Larger files hold something else. */
const MOST_BYTES = 1024 * 1024;

async function read(file: TlsFault['file'], path: string): Promise<Buffer> {
  const bytes = await readOrdinary(path).catch((error: NodeJS.ErrnoException) => {
    const why = REASONS[error.code ?? ''] ?? 'cannot be read';
    throw new TlsFault(file, `names ${path}, which ${why}.`, error);
  });
  if (bytes.length <= MOST_BYTES) return bytes;
  throw new TlsFault(file, `names ${path}, which is larger than 1 MiB: name a file in PEM.`);
}

/** Never waits, and reads no more than is needed to see that it is too much. */
async function readOrdinary(path: string): Promise<Buffer> {
  const file = await open(path, flags.O_RDONLY | flags.O_NONBLOCK);
  try {
    const facts = await file.stat();
    if (!facts.isFile() && !facts.isDirectory())
      throw Object.assign(new Error('No ordinary file.'), { code: 'ENOTSUP' });
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES + 1), 0, MOST_BYTES + 1, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  EISDIR: 'is a folder',
  ENOTSUP: 'is no ordinary file',
};

/** The first of the file: that of the server itself. */
function certificateOf(file: TlsFault['file'], path: string, pem: Buffer): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new TlsFault(file, `names ${path}, which holds no certificate in PEM.`, error);
  }
}

function keyOf({ key: path, passphrase }: TlsFiles, pem: Buffer): KeyObject {
  try {
    return createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    const isEncrypted = pem.includes('ENCRYPTED');
    const why = isEncrypted
      ? passphrase === undefined
        ? 'is encrypted: give tls.passphrase'
        : 'does not open with tls.passphrase'
      : 'holds no private key in PEM';
    throw new TlsFault('key', `names ${path}, which ${why}.`, error);
  }
}

/** What OpenSSL itself has against them: a key that is too short, a list of certificates that breaks off. */
function tryOut(context: SecureContextOptions, { cert }: TlsFiles): void {
  try {
    createSecureContext(context);
  } catch (error) {
    const reason = error instanceof Error && 'reason' in error ? String(error.reason) : 'it is not said why';
    throw new TlsFault('cert', `(${cert}) and its key cannot be used: ${reason}.`, error);
  }
}

function concerns(
  file: string,
  path: string,
  { validFrom, validTo }: X509Certificate,
  now: number,
): string[] {
  if (Date.parse(validTo) <= now)
    return [`tls.${file} (${path}) ran out on ${validTo}: clients will refuse it.`];
  if (Date.parse(validFrom) > now) return [`tls.${file} (${path}) is not good before ${validFrom}.`];
  return [];
}
