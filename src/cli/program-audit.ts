/** The words of `sluice audit`. */
import type { Command } from 'commander';
import type { AuditFlags } from './audit.ts';
import type { Io } from './io.ts';

type Raw = Omit<AuditFlags, 'follow' | 'json'> & { readonly follow?: boolean; readonly json?: boolean };

export function addAudit(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('audit')
    .description('show who called what, when, and with what outcome')
    .option('-f, --follow', 'go on with what is added, until Ctrl-C')
    .option('--since <time>', 'only what came since then: 1h, 30m, 7d, or a date')
    .option('--caller <name>', 'only what this key or caller did')
    .option('--server <name>', 'only what this server was asked')
    .option('--tool <name>', 'only calls of this tool, as its server calls it')
    .option(
      '--outcome <word>',
      'only this outcome: ok, error, tool_error, …; failed: all but ok; denied: at the door',
    )
    .option('-n, --limit <number>', 'how many rows, the last ones', '100')
    .option('-c, --config <file>', 'the configuration file that names the folder')
    .option('--data-dir <folder>', 'the folder of the trail (environment: SLUICE_DATA_DIR)')
    .option('--json', 'print one JSON object a line')
    .action(async ({ follow = false, json = false, ...flags }: Raw) => {
      const { audit } = await import('./audit.ts');
      done(await audit(io, { ...flags, follow, json }));
    });
}
