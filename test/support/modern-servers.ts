/** The fixtures of both eras, ready to be given to `startTestGateway`. */
import { fileURLToPath } from 'node:url';
import { streamable } from '../../src/node.ts';
import { startModernHttp } from '../fixtures/modern/listen.ts';
import { child, given, type ServerEntry, type SharedSetup, wrap } from './servers.ts';

const STDIO = fileURLToPath(new URL('../fixtures/modern/stdio.ts', import.meta.url));

type Setup = SharedSetup & { readonly env?: Readonly<Record<string, string>>; readonly stopGraceMs?: number };

/** The modern fixture as a child process, which refuses legacy clients. */
export function modernStdio(setup: Setup = {}): ServerEntry {
  return child(process.execPath, [STDIO, 'reject'], setup);
}

/** The same serving legacy clients as well. */
export function dualStdio(setup: Setup = {}): ServerEntry {
  return child(process.execPath, [STDIO, 'serve'], setup);
}

/** The modern fixture over HTTP, in this process. */
export function modernHttp(setup: SharedSetup = {}): ServerEntry {
  return overHttp('modern', setup);
}

/** The same with the legacy fixture on the same URL: sessions, streams that can be taken up again. */
export function dualHttp(setup: SharedSetup = {}): ServerEntry {
  return overHttp('dual', setup);
}

function overHttp(kind: 'modern' | 'dual', { sharing, requestMs, startMs }: SharedSetup): ServerEntry {
  return async ({ name, observer }) => {
    const { url, close } = await startModernHttp(kind);
    const driver = streamable({ name, url, observer });
    const end = async () => {
      await driver.close();
      await close();
    };
    return { ...given({ sharing, requestMs, startMs }), driver: wrap(driver, end) };
  };
}
