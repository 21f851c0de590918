/** The words of the command line: which command, with which options. */
import { Command, CommanderError, Option } from 'commander';
import type { Flags } from '../config/layers.ts';
import type { ClientOptions } from './call.ts';
import { EXIT, usage } from './exit.ts';
import type { StartGateway } from './gateway.ts';
import type { Io } from './io.ts';
import { addAudit } from './program-audit.ts';
import { EXAMPLES } from './program-examples.ts';
import { addKeys } from './program-keys.ts';
import { addWatch } from './program-watch.ts';
import { SLUICE_VERSION } from '../protocol/version.ts';

const COMMANDS = new Set([
  'serve',
  'stdio',
  'call',
  'list',
  'config',
  'keys',
  'audit',
  'console',
  'top',
  'inspect',
  'help',
]);

interface ServerFlags {
  readonly host?: string;
  readonly port?: string;
  readonly publicUrl?: string;
  readonly apiKey?: string[];
  readonly dataDir?: string;
  readonly logLevel?: string;
  readonly logFormat?: string;
  readonly config?: string;
  readonly env?: string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/**
 * Runs the command that the words name.
 * @param argv the words after the program's name
 * @returns the exit code
 * @throws CliError, ConfigError and whatever else went wrong
 */
export async function runProgram(
  io: Io,
  argv: readonly string[],
  start: () => Promise<StartGateway>,
): Promise<number> {
  const outcome = { code: EXIT.ok as number };
  const program = build(io, argv, start, (code) => {
    outcome.code = code;
  });
  try {
    await program.parseAsync(withOneLiner(argv), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has said what is wrong, or printed the help that was asked for.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return outcome.code;
}

/** `sluice [options] -- command args…` has no command word: it is the hidden command `run`. */
function withOneLiner(argv: readonly string[]): string[] {
  const at = argv.indexOf('--');
  if (at === -1 || argv.slice(0, at).some((word) => COMMANDS.has(word))) return [...argv];
  return ['run', ...argv];
}

function build(
  io: Io,
  argv: readonly string[],
  start: () => Promise<StartGateway>,
  done: (code: number) => void,
): Command {
  const program = new Command('sluice')
    .description('The MCP gateway for streams: any MCP client, any MCP server, over any stream.')
    .usage(
      '[options] -- <command> [args…]\n       sluice <serve|stdio|call|list|config|keys|audit|console|top|inspect> [options]',
    )
    .version(SLUICE_VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('Add --help for help.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });
  addServe(program, io, start, done);
  addRun(program, io, start, done);
  addStdio(program, io, argv, done);
  addCall(program, io, done);
  addList(program, io, done);
  addConfig(program, io, done);
  addAudit(program, io, done);
  addKeys(program, io, done);
  addWatch(program, io, done);
  return program;
}

// ------------------------------------------------------------------------------------------ the commands

function addServe(
  program: Command,
  io: Io,
  start: () => Promise<StartGateway>,
  done: (code: number) => void,
): void {
  const command = program
    .command('serve')
    .description('serve the servers of a configuration file')
    .argument('[file]', 'the file; else sluice.json, sluice.jsonc or .mcp.json of this folder');
  addServerFlags(command, true).action(async (file: string | undefined, flags: ServerFlags) => {
    const { serve } = await import('./serve.ts');
    const { json = false, quiet = false } = flags;
    done(
      await serve(io, { file: oneFile(file, flags.config), flags: layerFlags(flags), json, quiet, start }),
    );
  });
}

function addRun(
  program: Command,
  io: Io,
  start: () => Promise<StartGateway>,
  done: (code: number) => void,
): void {
  const command = program.command('run', { hidden: true }).argument('[command...]').addOption(envOption());
  addServerFlags(command, false).action(async (words: string[], flags: ServerFlags) => {
    const [name, ...args] = words;
    if (name === undefined)
      throw usage('A command is missing after --; for example: sluice -- npx -y <package>');
    const { run } = await import('./run.ts');
    const { json = false, quiet = false, env = [] } = flags;
    done(
      await run(io, { command: name, args, variables: env, flags: layerFlags(flags), json, quiet, start }),
    );
  });
}

interface StdioFlags
  extends Pick<ServerFlags, 'logLevel' | 'logFormat' | 'config' | 'env' | 'quiet' | 'verbose'> {
  readonly type?: string;
  readonly header?: string[];
  readonly apiKey?: string;
}

function addStdio(program: Command, io: Io, argv: readonly string[], done: (code: number) => void): void {
  const command = program
    .command('stdio')
    .usage('[options] [url|file|server]\n       sluice stdio [options] -- <command> [args…]')
    .description('serve one client on standard input and output, whatever the server speaks')
    .argument(
      '[target...]',
      'an address, a .ts or .js file, or a server of the configuration; else all of it',
    )
    .option('-c, --config <file>', 'the configuration file')
    .option('--type <type>', 'how to talk to a URL: http, sse or ws; else as the address says')
    .addOption(headerOption())
    .option('--api-key <key>', 'the key for a server behind a URL (environment: SLUICE_API_KEY)')
    .addOption(envOption())
    .option('-q, --quiet', 'log nothing')
    .option('--verbose', 'log more')
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent (warn; environment: LOG_LEVEL)')
    .option('--log-format <format>', 'text or json (text on a terminal; environment: LOG_FORMAT)');
  command.action(async (words: string[], flags: StdioFlags) => {
    const { stdio } = await import('./stdio.ts');
    const behind = argv.includes('--') ? argv.length - argv.indexOf('--') - 1 : 0;
    const [target, ...more] = words.slice(0, words.length - behind);
    if (more.length > 0)
      throw usage('One target can be served; write -- before a command and its arguments.');
    if (argv.includes('--') && behind === 0)
      throw usage('A command is missing after --; for example: sluice stdio -- npx -y <package>');
    const { config, type, header = [], apiKey, env = [], logLevel, logFormat, quiet, verbose } = flags;
    const talk = quiet ? 'silent' : verbose ? 'debug' : undefined;
    done(
      await stdio(io, {
        ...{ target, config, type, apiKey, headers: header, variables: env },
        command: words.slice(words.length - behind),
        flags: { logLevel: logLevel ?? talk, logFormat },
      }),
    );
  });
}

function addCall(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('call')
    .description('call a tool and print its result')
    .argument('<server|url>', 'a server of the configuration, or the address of an MCP endpoint')
    .argument('<tool>', 'the name of the tool')
    .argument('[arguments...]', 'name=value, name:=json, or one JSON object');
  addClientFlags(command).action(
    async (target: string, tool: string, words: string[], options: RawClientOptions) => {
      const { call } = await import('./call.ts');
      done(await call(io, target, tool, words, clientOptions(options)));
    },
  );
}

function addList(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('list')
    .description('list the tools of a server, or of all servers of the configuration')
    .argument('[server|url]', 'a server of the configuration, or the address of an MCP endpoint');
  addClientFlags(command).action(async (target: string | undefined, options: RawClientOptions) => {
    const { list } = await import('./list.ts');
    done(await list(io, target, clientOptions(options)));
  });
}

function addConfig(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('config')
    .description('print the configuration: each value and where it came from')
    .argument('[file]', 'the file; else sluice.json, sluice.jsonc or .mcp.json of this folder');
  addServerFlags(command, true).action(async (file: string | undefined, flags: ServerFlags) => {
    const { config } = await import('./config.ts');
    const { json = false, quiet = false } = flags;
    done(await config(io, { file: oneFile(file, flags.config), flags: layerFlags(flags), json, quiet }));
  });
}

// ------------------------------------------------------------------------------------------- the options

function addServerFlags(command: Command, hasFile: boolean): Command {
  if (hasFile) command.option('-c, --config <file>', 'the configuration file');
  return addTalkFlags(command)
    .option('--host <address>', 'the address to listen on (127.0.0.1; environment: HOST)')
    .option('-p, --port <number>', 'the port to listen on, 0 for any free one (8808; environment: PORT)')
    .option('--public-url <url>', 'the address clients use, behind a proxy (environment: PUBLIC_URL)')
    .addOption(
      new Option('--api-key <key>', 'a key that callers must show; "auto" makes one (environment: API_KEYS)')
        .argParser(collect)
        .default(undefined),
    )
    .option('--data-dir <folder>', 'where keys that were added are kept (environment: SLUICE_DATA_DIR)')
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent (info; environment: LOG_LEVEL)')
    .option('--log-format <format>', 'text or json (text on a terminal; environment: LOG_FORMAT)');
}

interface RawClientOptions extends Omit<ClientOptions, 'header' | 'json' | 'quiet'> {
  readonly header?: string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

function addClientFlags(command: Command): Command {
  return addTalkFlags(command)
    .option('-c, --config <file>', 'the configuration file')
    .addOption(headerOption())
    .option('--api-key <key>', 'the key for a server behind a URL (environment: SLUICE_API_KEY)')
    .option('--timeout <time>', 'how long to wait for an answer or progress, like 30s or 5m', '5m');
}

function addTalkFlags(command: Command): Command {
  return command
    .option('--json', 'print the result as JSON')
    .option('-q, --quiet', 'print nothing but the result and errors')
    .option('--verbose', 'tell more, and where errors come from');
}

function envOption(): Option {
  return new Option('-e, --env <name[=value]>', 'a variable for the command, from here or as given')
    .argParser(collect)
    .default(undefined);
}

function headerOption(): Option {
  return new Option('-H, --header <name: value>', 'a header for a server behind a URL')
    .argParser(collect)
    .default(undefined);
}

function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

function clientOptions({
  header = [],
  json = false,
  quiet = false,
  ...rest
}: RawClientOptions): ClientOptions {
  return { ...rest, header, json, quiet };
}

function layerFlags(flags: ServerFlags): Flags {
  const { host, port, publicUrl, apiKey: apiKeys, dataDir, logLevel, logFormat, quiet, verbose } = flags;
  const talk = quiet ? 'warn' : verbose ? 'debug' : undefined;
  return { host, port, publicUrl, apiKeys, dataDir, logLevel: logLevel ?? talk, logFormat };
}

function oneFile(argument: string | undefined, option: string | undefined): string | undefined {
  if (argument === undefined || option === undefined || argument === option) return argument ?? option;
  throw usage('The file is named twice; name it after the command or with --config, not both.');
}
