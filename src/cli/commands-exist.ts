/** Whether the programs that a configuration names are on this machine, before anybody waits for them. */
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { everyServer } from '../config/every-server.ts';
import type { Environment } from '../config/interpolate.ts';
import { type Problem, pathText } from '../config/problems.ts';
import type { Config, StdioServer } from '../config/types.ts';

/** One problem for each server whose command or folder is missing. */
export async function missingCommands(config: Config, env: Environment, cwd: string): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { server, path: at } of everyServer(config)) {
    if (server.type !== 'stdio') continue;
    const fault = await commandFault(server, env, cwd);
    if (!fault) continue;
    const path = pathText([...at, fault.member]);
    const where = config.sources.get(path)?.where ?? config.file ?? 'sluice';
    problems.push({ where, path, message: fault.message });
  }
  return problems;
}

/** What is missing for a server to be started, and which member names it. */
export async function commandFault(
  server: StdioServer,
  env: Environment,
  cwd: string,
): Promise<{ member: string; message: string } | undefined> {
  const folder = server.cwd ?? cwd;
  if (!(await isFolder(folder))) {
    return { member: 'cwd', message: `the folder ${folder} of server "${server.name}" does not exist.` };
  }
  if (await isProgram(server.command, { ...env, ...server.env }, folder)) return undefined;
  const hint = /\s/.test(server.command.trim())
    ? 'write the program alone as the command, and each argument as an element of args'
    : 'install it, or correct the command';
  return {
    member: 'command',
    message: `the command "${server.command}" of server "${server.name}" was not found; ${hint}.`,
  };
}

async function isProgram(command: string, env: Environment, folder: string): Promise<boolean> {
  const endings =
    process.platform === 'win32' ? ['', ...(env['PATHEXT'] ?? '.EXE;.CMD;.BAT').split(';')] : [''];
  const hasFolder = isAbsolute(command) || /[/\\]/.test(command);
  const path = env['PATH'] ?? env['Path'] ?? '';
  const folders = hasFolder ? [folder] : path.split(delimiter).filter((part) => part !== '');
  for (const base of folders) {
    for (const ending of endings) {
      const file = hasFolder ? resolve(base, command + ending) : join(base, command + ending);
      if (await isExecutable(file)) return true;
    }
  }
  return false;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path)
    .then((facts) => facts.isDirectory())
    .catch(() => false);
}
