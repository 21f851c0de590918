/** What is counted of a gateway: names, numbers, who may read them, and what it costs. */
import { area } from './row.ts';

export const metrics = area('MET', 'PROMISE metrics', [
  [
    'NAMES',
    'Messages, requests over HTTP and event streams are counted under the names that other gateways have for them.',
    'FIELD Aareguru',
  ],
  [
    'CALLS',
    'Each request of a client is counted once by server and outcome, with its time at the gateway and at its server, under the names of OpenTelemetry.',
    'OpenTelemetry semantic conventions, gen-ai/mcp',
  ],
  [
    'EVENTS',
    'Sessions, streams, links, carried requests and lines of servers are counted as they come and go.',
  ],
  ['LIMITS', 'What a limit refused is counted once by its word, whatever road it came on.'],
  ['TRUE', 'The numbers are those of what was done, on every carrier and in both eras.'],
  [
    'STATE',
    'Sessions, streams, calls in flight, servers, limits, history and the process are looked at when somebody asks.',
  ],
  [
    'CLOSED',
    'Labels are words of closed sets: no session, caller, address, invented method or unknown code makes a line.',
  ],
  ['BOUNDED', 'Ten thousand sessions later there are as many lines as before.'],
  [
    'TOOLS',
    'Tools are told apart only where that is asked for, the first hundred of a server, and none that is made up.',
  ],
  ['OUTCOME', 'Whether a result says of itself that it failed is found without reading large results.'],
  [
    'TEXT',
    'The text is read by the parser of Prometheus without a complaint, and each metric says what it means.',
    'Prometheus exposition format 0.0.4',
  ],
  ['READ', 'A real Prometheus reads the gateway, and its answers are what was done.'],
  [
    'GUARD',
    'On the main address they are for those who may see everything on /health; to all others they are not there.',
  ],
  [
    'OWN',
    'On an address of its own nothing else is served, no page may read it, and the main address has none.',
  ],
  ['OFF', 'Switched off, nothing is counted and nothing is served.'],
  ['OFTEN', 'However often they are asked for, they are gathered ten times a second at most.'],
  [
    'OTLP',
    'Where the environment names a receiver, they are posted there with its headers, and at the end what was not yet.',
    'OpenTelemetry, environment variables',
  ],
  [
    'OTLP-AWAY',
    'A receiver that is away or hangs slows no call, and is told once, and once that it is back.',
  ],
  [
    'LAZY',
    'OpenTelemetry is loaded when somebody reads or posts, and neither the root entry nor a start needs it.',
  ],
  ['LIBRARY', 'Gateways of the library have the same by `sluice/telemetry`.'],
  [
    'DEPLOY',
    'Dashboard, rules and configuration in deploy/ pass the checkers of Prometheus, and name only metrics that there are.',
  ],
  ['DOCS', 'The table of names in docs/watching.md is that of the code.'],
]);
