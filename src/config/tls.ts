/** What of the settings makes the gateway speak TLS, once all of them are known. */
import type { z } from 'zod';
import type { Problem } from './problems.ts';
import type { tls } from './schema-where.ts';
import type { Source } from './types.ts';

/** Names of files as written: relative to the folder of the configuration file, or to ours where they were set. */
export interface TlsSettings {
  readonly cert: string;
  readonly key: string;
  readonly passphrase?: string | undefined;
  readonly ca?: string | undefined;
  readonly clientCertificates: 'none' | 'optional' | 'required';
}

type Written = Readonly<z.output<typeof tls>>;

const NEEDS: readonly (readonly [keyof Written, keyof Written, string])[] = [
  ['key', 'cert', 'the certificate that belongs to it'],
  ['cert', 'key', 'the private key that belongs to it'],
  ['ca', 'cert', 'a certificate to show to clients'],
  ['clientCertificates', 'ca', 'the certificates that sign those of clients'],
];

/** Keys that go with a certificate are good for nobody where none is asked for. */
export function checkBoundKeys(
  keys: readonly { readonly name: string; readonly certificate?: string | undefined }[],
  tls: TlsSettings | undefined,
  problems: Problem[],
): void {
  if (tls && tls.clientCertificates !== 'none') return;
  for (const { name, certificate } of keys) {
    if (certificate === undefined) continue;
    const message = `The key ${JSON.stringify(name)} goes with a certificate, and clients are asked for none: name tls.ca, too.`;
    problems.push({ where: 'apiKeys', path: 'apiKeys', message });
  }
}

/** Undefined where the gateway speaks in the clear, and where something is wrong, which is told. */
export function tlsOf(
  written: Written,
  sources: ReadonlyMap<string, Source>,
  problems: Problem[],
): TlsSettings | undefined {
  const { cert, key, passphrase, ca, clientCertificates = ca === undefined ? 'none' : 'required' } = written;
  for (const [given, needed, what] of NEEDS) {
    if (written[given] === undefined || written[given] === 'none' || written[needed] !== undefined) continue;
    const path = `tls.${given}`;
    const where = sources.get(path)?.where ?? '';
    problems.push({ where, path, message: `${path} needs tls.${needed}, too: ${what}.` });
  }
  if (cert === undefined || key === undefined) return undefined;
  return { cert, key, passphrase, ca, clientCertificates };
}
