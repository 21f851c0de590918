/** The little of a configuration that can be told without filling it in: no variable need be set for it. */
import { Document } from './document.ts';

export interface Outline {
  /** As written. */
  readonly dataDir: string | undefined;
  readonly projects: readonly string[];
  /** Of the gateway and of all projects. */
  readonly servers: readonly string[];
}

/** @throws ConfigError when the text is no configuration at all */
export function outlineOf(text: string, file: string): Outline {
  const document = Document.parse(text, file);
  const dataDir: unknown = document.find(['dataDir'])?.value;
  const projects = document.names(document.find(['projects']));
  const holders = [[], ...projects.map((name) => ['projects', name])];
  const serversOf = (holder: readonly string[]) =>
    ['mcpServers', 'servers'].flatMap((member) => document.names(document.find([...holder, member])));
  return {
    dataDir: typeof dataDir === 'string' && dataDir !== '' ? dataDir : undefined,
    projects,
    servers: [...new Set(holders.flatMap(serversOf))],
  };
}
