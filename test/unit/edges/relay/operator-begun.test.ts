/** What an operator has done at another node that dies, or cannot be heard of. */
import { expect, it } from 'vitest';
import { Relay } from '../../../../src/edges/relay/relay.ts';
import type { Visit } from '../../../../src/edges/http/front.ts';
import { RelayHub } from '../../../support/relay-hub.ts';
import { FakeResponder } from '../../engine/support.ts';
import { FakeRequest, front } from '../support.ts';
import { settled } from './two-nodes.ts';

/** Two nodes, of which the second is told to do something and never done with it. */
function nodes() {
  const hub = new RelayHub();
  const worlds = { near: front(), far: front() };
  const { seal } = worlds.near.gateway.context;
  const begun: string[] = [];
  const [near] = (['near', 'far'] as const).map((name) => {
    const { gateway, runtime } = worlds[name];
    const relay = new Relay({
      ...{ node: name, bus: hub.bus(name), directory: hub, runtime, seal, stallMs: 1_000 },
      observer: gateway.context.observer,
      proves: () => true,
      serve: () => {},
      operate: ({ request }) => void begun.push(request.method),
    });
    hub.join(name, relay);
    return relay;
  });
  const ask = async (method: string) => {
    const responder = new FakeResponder();
    const request = new FakeRequest(
      method,
      '/admin/api/servers/x/restart',
      {},
      Promise.resolve(new Uint8Array(0)),
    );
    const caller = { principal: 'operator#k' };
    const visit = { request, responder, front: worlds.near.front.rules, caller, address: '::1' };
    await near?.operate(visit as unknown as Visit, 'far');
    await settled();
    return responder;
  };
  return { hub, worlds, begun, ask };
}

const toldTo = ({ status, body }: FakeResponder) => [status, JSON.parse(body ?? '{}').error?.code];

it('[AFAR-BEGUN] what a node began before it died may have been done, and what it never got was not', async () => {
  const { hub, begun, ask } = nodes();
  const [look, act] = [await ask('GET'), await ask('POST')];
  hub.lose('near', 'far');
  const never = await ask('POST');
  hub.leave('far');
  expect(begun).toEqual(['GET', 'POST']);
  expect([look, act, never].map(toldTo)).toEqual([
    [503, 'owner_uncertain'],
    [503, 'node_lost'],
    [503, 'owner_uncertain'],
  ]);
});

it('[AFAR-BEGUN] nothing is begun by a node that cannot say so', async () => {
  const { hub, worlds, begun, ask } = nodes();
  hub.stop('far', 'near');
  const act = await ask('POST');
  hub.goOn();
  worlds.far.runtime.advance(51);
  await settled();
  expect([begun, toldTo(act)]).toEqual([[], [503, 'owner_uncertain']]);
});
