/** The words of `sluice console`, `sluice top` and `sluice inspect`. */
import type { Command } from 'commander';
import type { ConsoleFlags } from './console.ts';
import type { InspectFlags } from './inspect.ts';
import type { Io } from './io.ts';
import type { TopFlags } from './top.ts';

type TopWords = Loose<TopFlags> & { readonly nodes?: boolean };
type Loose<T> = { readonly [Name in keyof T]?: T[Name] };

export function addWatch(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('console')
    .description('print an address that opens the console of the gateway that runs here')
    .argument('[url]', 'the address of the gateway; else the one of this folder')
    .option('-c, --config <file>', 'the configuration file of the gateway')
    .option('--data-dir <folder>', 'where the gateway keeps its things (environment: SLUICE_DATA_DIR)')
    .option('--json', 'print it as JSON')
    .action(async (url: string | undefined, { json = false, ...flags }: Loose<ConsoleFlags>) => {
      const { consoleAddress } = await import('./console.ts');
      done(await consoleAddress(io, { ...flags, url, json }));
    });
  const top = program
    .command('top')
    .description('show servers and sessions of a running gateway, drawn anew every second')
    .argument('[url]', 'the address of the gateway; else the one of this folder')
    .option('--once', 'show it once, and end')
    .option('--nodes', 'list the nodes of the cluster, and end')
    .option('--json', 'print one JSON object a second');
  addPlace(top).action(
    async (url: string | undefined, { once = false, json = false, nodes = false, ...flags }: TopWords) => {
      if (nodes) {
        const { topNodes } = await import('./top-nodes.ts');
        return done(await topNodes(io, { ...flags, url, json }));
      }
      const { top: run } = await import('./top.ts');
      done(await run(io, { ...flags, url, once, json }));
    },
  );
  const inspect = program
    .command('inspect')
    .description('show the sessions of a running gateway, and the messages that pass in them')
    .argument('[url]', 'the address of the gateway; else the one of this folder')
    .option('-f, --follow', 'go on with what happens, until Ctrl-C')
    .option('--session <id>', 'only this session, by the beginning of its id as it is shown')
    .option('--server <name>', 'only what has to do with this server')
    .option('--method <name>', 'only messages of this method, like tools/call or "tools/*"')
    .option('--errors', 'only answers that are errors')
    .option('--payload', 'show what the messages say, as far as it is kept')
    .option('-n, --limit <number>', 'how many messages of before, the last ones', '100')
    .option('--json', 'print one JSON object a line');
  addPlace(inspect).action(async (url: string | undefined, flags: Loose<InspectFlags>) => {
    const { inspect: run } = await import('./inspect.ts');
    const { follow = false, errors = false, payload = false, json = false, limit = '100', ...rest } = flags;
    done(await run(io, { ...rest, url, follow, errors, payload, json, limit }));
  });
}

function addPlace(command: Command): Command {
  return command
    .option('--node <name>', 'another node of the cluster, by its name or address, through that gateway')
    .option('--key <key>', 'the admin key (environment: ADMIN_KEY)')
    .option('-c, --config <file>', 'the configuration file of the gateway')
    .option('--data-dir <folder>', 'where the gateway keeps its things (environment: SLUICE_DATA_DIR)');
}
