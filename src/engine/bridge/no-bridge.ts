/** Until modern clients can be served by legacy servers. */
import type { Bridge } from '../modern/desk.ts';

export const NO_BRIDGE: Bridge = {
  take: (call) => call.fail('upstream_failed', 'This server does not understand 2026-07-28.'),
  close: () => undefined,
};
