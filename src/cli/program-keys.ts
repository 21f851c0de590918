/** The words of `sluice keys`. */
import { type Command, Option } from 'commander';
import type { Io } from './io.ts';
import type { AddOptions } from './keys-add.ts';
import type { ListOptions } from './keys-list.ts';
import type { RevokeOptions } from './keys-revoke.ts';

export function addKeys(program: Command, io: Io, done: (code: number) => void): void {
  const keys = program
    .command('keys')
    .description('make, list and revoke keys that callers must show, also while the gateway runs');
  const add = keys
    .command('add')
    .description('make a key, and show it this once')
    .argument('<name>', 'who has it; shown in logs')
    .addOption(several('--project <name>', 'a project that it opens; else it opens the gateway itself'))
    .addOption(several('--server <pattern>', 'a server that it may use, like files; else all'))
    .addOption(several('--tool <pattern>', 'a tool that it may use, like "files/read_*"; else all'))
    .addOption(several('--deny-tool <pattern>', 'a tool that it may not use'))
    .option('--read-only', 'only tools that say of themselves that they change nothing')
    .option('--expires <when>', 'when it ends: 30d, 12h, or a day like 2027-01-31; else never')
    .option('-q, --quiet', 'print nothing but the key');
  addPlace(add).action(async (name: string, options: AddOptions) => {
    const { addKey } = await import('./keys-add.ts');
    done(await addKey(io, name, options));
  });
  const list = keys
    .command('list')
    .description('list the keys: whose they are, what they open, when they were used');
  addPlace(list).action(async (options: ListOptions) => {
    const { listKeys } = await import('./keys-list.ts');
    done(await listKeys(io, options));
  });
  const revoke = keys
    .command('revoke')
    .description('take a key back, with all that it opened')
    .argument('<name|id>', 'its name, or its id as listed')
    .option('-q, --quiet', 'print nothing');
  addPlace(revoke).action(async (word: string, options: RevokeOptions) => {
    const { revokeKey } = await import('./keys-revoke.ts');
    done(await revokeKey(io, word, options));
  });
}

function addPlace(command: Command): Command {
  return command
    .option('--json', 'print the result as JSON')
    .option('-c, --config <file>', 'the configuration file')
    .option('--data-dir <folder>', 'where the keys are kept (environment: SLUICE_DATA_DIR)');
}

function several(flags: string, description: string): Option {
  return new Option(flags, `${description}; several times for several`)
    .argParser((value: string, before: string[] | undefined) => [...(before ?? []), value])
    .default(undefined);
}
