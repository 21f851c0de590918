/** Several gateways in the process of the test, each with an admin API, that share a memory hub. */
import type { Config } from '../../../src/config/types.ts';
import { Live } from '../../../src/edges/admin/live.ts';
import { Admin } from '../../../src/edges/node/admin.ts';
import { thisMachine } from '../../../src/edges/node/machine.ts';
import { nodeRuntime } from '../../../src/edges/node/runtime.ts';
import { configured } from '../../support/configured.ts';
import { type HubNode, type HubNodes, type HubOptions, withHubNodes } from '../../support/hub-nodes.ts';
import { fixtureInprocess } from '../../support/servers.ts';
import { ADMIN_KEY, bearer, echo, folder } from './desk.ts';

export interface HubDesk extends HubNode {
  readonly admin: Admin;
  readonly live: Live;
  readonly config: Config;
  /** Below the admin API; by the key, unless other headers are given. */
  ask(path: string, init?: RequestInit): Promise<Response>;
}

export interface HubDesks extends Omit<HubNodes, 'nodes'> {
  readonly near: HubDesk;
  readonly far: HubDesk;
}

/** Longer than this machine is ever busy with something else: no node is taken for gone that is not. */
const LONG_MS = 20_000;

/** Runs something with two nodes. */
export async function withHubDesks(
  options: Partial<HubOptions>,
  use: (at: HubDesks) => Promise<void>,
): Promise<void> {
  const lives = Array.from({ length: 2 }, () => new Live({ runtime: nodeRuntime, machine: thisMachine() }));
  const live = (at: number) => lives[at] as Live;
  const servers = { fixture: fixtureInprocess() };
  await withHubNodes(
    2,
    { servers, leaseMs: LONG_MS, observe: (at) => live(at).observer, ...options },
    async ({ hub, nodes }) => {
      const [near, far] = nodes.map((node, at) => deskOf(node, live(at)));
      if (near && far) await use({ hub, near, far });
    },
  );
}

function deskOf(node: HubNode, live: Live): HubDesk {
  const config = configured({ dataDir: folder(), mcpServers: { echo }, admin: { key: ADMIN_KEY } });
  const admin = new Admin({
    composed: node,
    config: () => config,
    keysChanged: () => undefined,
    url: () => node.url,
    live,
  });
  admin.change(config.admin);
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${node.url}/admin/api/${path}`, {
      redirect: 'manual',
      ...init,
      headers: { ...bearer(ADMIN_KEY), ...(init.headers as Record<string, string>) },
    });
  return Object.assign(node, { admin, live, config, ask });
}
