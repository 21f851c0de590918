/** One server without a file: a command, or an address. */
import { isManaged } from './managed-headers.ts';
import { typeOf } from './remote.ts';
import { remoteEntry, stdioEntry } from './schema-entries.ts';
import type { RemoteServer, ServerConfig } from './types.ts';

/** A program: the command after `--`. */
export interface CommandLine {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A server behind a URL, whose form was checked. */
export interface RemoteLine {
  readonly url: string;
  /** Undefined: as the URL says. */
  readonly type: RemoteServer['type'] | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

export type OneLiner = CommandLine | RemoteLine;

/** What it is called where nobody names it. */
const ALONE = 'default';

/** @param times in ms, as the settings have them */
export function serverOfLine(line: OneLiner, times: { start: number; request: number }): ServerConfig {
  const common = {
    name: ALONE,
    description: undefined,
    startTimeout: times.start,
    requestTimeout: times.request,
  };
  if ('command' in line) {
    const { disabled: _, type: __, ...entry } = stdioEntry.parse({ ...line, args: [...line.args] });
    return { ...entry, ...common, type: 'stdio', cwd: undefined };
  }
  const { url, headers } = line;
  const { disabled: _, type: __, ...entry } = remoteEntry.parse({ url, headers });
  return { ...entry, ...common, auth: undefined, type: typeOf(new URL(url), line.type) };
}

/** The first header that is not the caller's to set. */
export function managedHeader(headers: Readonly<Record<string, string>>): string | undefined {
  return Object.keys(headers).find((name) => isManaged(name.toLowerCase()));
}
