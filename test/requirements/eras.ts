/** The two eras of the protocol: telling them apart. */
import { area } from './row.ts';

export const eras = area('ERA', 'MCP 2026-07-28, versioning; base protocol, `_meta`', [
  [
    'CUTS',
    'Members of an object within a message are taken out and put in; all other bytes stay as they are.',
  ],
  ['CLAIM', 'A message of a client is modern exactly when its own `params._meta` names a protocol version.'],
]);

export const asking = area('ASKING', 'PROMISE every form reaches its asker, however many ask', [
  [
    'MANY',
    'Two hundred modern clients that are asked at once by one legacy server over stdio each get their own form, and their own answer.',
  ],
  [
    'KILLED',
    'Clients that never come back leave no parked call past its deadline, and their processes serve others.',
  ],
]);

export const native = area('NATIVE', 'MCP 2026-07-28, base protocol; PROMISE same words pass through', [
  [
    'BYTES',
    'A modern request reaches a modern server byte for byte but for its id and progress token, and so does the answer.',
  ],
  [
    'ONE',
    'Modern calls of one caller share one conversation; those of a shared server all do; none are crossed.',
  ],
  ['EVENTS', 'Progress and log lines reach the call they belong to, and none comes after its answer.'],
  ['CANCEL', 'A modern client that goes away calls its request off at the server.'],
  [
    'TASKS',
    'The Tasks extension passes through: handles, polls, updates and cancellations, and their `Mcp-Name`.',
  ],
  ['TRACE', 'The context of a trace in `_meta` passes through.'],
  ['ASKED', 'A modern server that sends a request all the same is refused.'],
  ['GONE', 'What only legacy conversations have is no method for modern clients.'],
  [
    'IDLE',
    'A conversation that no modern call used for the idle time is closed, and opened again when needed.',
  ],
  ['CAPS', 'Modern calls in flight are bounded, in all and of one principal.'],
  ['LOST', 'A modern call whose server dies or is taken out gets one clear error, and the next one works.'],
]);
