/** `sluice keys list`: who has which key; never anything of a key itself. */
import { formatInstant } from '../config/instants.ts';
import type { StoredKey } from '../edges/node/key-store.ts';
import { idOf, opensInWords, plain, scopeInWords, stateOf } from '../edges/node/key-words.ts';
import { dataPlace, type PlaceWords } from './data-place.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { withStore } from './keys-place.ts';

export interface ListOptions extends PlaceWords {
  readonly json?: boolean | undefined;
}

export async function listKeys(io: Io, options: ListOptions, now = Date.now()): Promise<number> {
  const { folder } = await dataPlace(io, options);
  const keys = withStore(folder, false, (store) => store?.list() ?? []);
  if (options.json)
    io.out(
      `${JSON.stringify(
        keys.map((key) => factsOf(key, now)),
        null,
        2,
      )}\n`,
    );
  else if (keys.length === 0)
    io.err(`There are no keys in ${folder} yet; make one with sluice keys add <name>.\n`);
  else io.out(table(keys, now));
  return EXIT.ok;
}

function factsOf(key: StoredKey, now: number) {
  const time = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
  const { name, projects, policy, created, expires, lastUsed, revoked } = key;
  return {
    ...{ name, id: idOf(key), projects, policy, state: stateOf(key, now) },
    ...{ created: time(created), expires: time(expires), lastUsed: time(lastUsed), revoked: time(revoked) },
  };
}

const HEAD = ['NAME', 'ID', 'STATE', 'OPENS', 'SCOPE', 'EXPIRES', 'LAST USED'];

function table(keys: readonly StoredKey[], now: number): string {
  const rows = keys.map((key) => [
    ...[plain(key.name), idOf(key), stateOf(key, now), opensInWords(key), scopeInWords(key.policy)],
    key.expires === undefined ? 'never' : formatInstant(key.expires),
    key.lastUsed === undefined ? 'never' : minuteOf(key.lastUsed),
  ]);
  const widths = HEAD.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return `${[HEAD, ...rows].map(line).join('\n')}\n`;
}

/** It is known no better. */
function minuteOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16)}Z`;
}
