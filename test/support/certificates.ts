/** Certificates for tests, made when they are needed, in files that are gone after the tests of the file. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterFile } from './endings.ts';

/** A certificate with its key, as texts and as files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** SHA-256, lower-case hex. */
  readonly print: string;
}

let folder: string | undefined;
afterFile(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
});

let count = 0;

/** A file in the folder of the tests. */
export function fileOf(name: string, text: string): string {
  folder ??= mkdtempSync(join(tmpdir(), 'certificates-'));
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

interface Making {
  /** Who signs it; default: itself. */
  readonly by?: Certificate;
  readonly from?: Date;
  readonly to?: Date;
  readonly passphrase?: string;
}

/** For 127.0.0.1 and localhost, and good to sign others with. */
export async function certificate(name: string, making: Making = {}): Promise<Certificate> {
  const { by, from, to, passphrase } = making;
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...(from ? { notBeforeDate: from } : {}),
    ...(to ? { notAfterDate: to } : {}),
    ...(by ? { ca: { cert: by.cert, key: by.key } } : {}),
    ...(passphrase === undefined ? {} : { passphrase }),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
        ],
      },
    ],
  });
  const files = `${name}-${++count}`;
  return {
    cert: made.cert,
    key: made.private,
    certFile: fileOf(`${files}.cert.pem`, made.cert),
    keyFile: fileOf(`${files}.key.pem`, made.private),
    print: new X509Certificate(made.cert).fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}
