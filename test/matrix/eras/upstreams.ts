/** The servers behind the gateway, by era and carrier; and one legacy and one modern server merged. */
import { FIXTURES, type NetworkProgram } from '../../support/network.ts';
import { dualHttp, dualStdio, modernHttp, modernStdio } from '../../support/modern-servers.ts';
import { started } from '../../support/remote.ts';
import { fixtureStdio, type ServerEntry } from '../../support/servers.ts';

export interface EraUpstream {
  readonly name: string;
  readonly era: 'legacy' | 'modern' | 'dual';
  /** What stands before the names of its tools and prompts: it is one of those merged at the root. */
  readonly prefix: '' | 'old__' | 'new__';
  readonly entry: (env: Env) => ServerEntry;
}

/** Where the fixtures write what happened, and see one another's changes. */
export type Env = Readonly<Record<'FIXTURE_JOURNAL' | 'FIXTURE_SHARED', string>>;

export const ERA_UPSTREAMS: readonly EraUpstream[] = [
  upstream('legacy stdio', 'legacy', (env) => fixtureStdio({ env })),
  upstream('legacy sse', 'legacy', (env) => started('sse', withEnv(FIXTURES.sse, env))),
  upstream('legacy streamable', 'legacy', (env) =>
    started('streamable', withEnv(FIXTURES.streamable20251125, env)),
  ),
  upstream('modern stdio', 'modern', (env) => modernStdio({ env })),
  upstream('modern http', 'modern', () => modernHttp()),
  upstream('dual stdio', 'dual', (env) => dualStdio({ env })),
  upstream('dual http', 'dual', () => dualHttp()),
  { name: 'merged: the legacy', era: 'legacy', prefix: 'old__', entry: (env) => fixtureStdio({ env }) },
  { name: 'merged: the modern', era: 'modern', prefix: 'new__', entry: () => modernHttp() },
];

export const isMerged = ({ prefix }: EraUpstream) => prefix !== '';

function upstream(name: string, era: EraUpstream['era'], entry: EraUpstream['entry']): EraUpstream {
  return { name, era, prefix: '', entry };
}

function withEnv(program: NetworkProgram, env: Env): NetworkProgram {
  return { ...program, env: (port) => ({ ...program.env?.(port), ...env }) };
}
