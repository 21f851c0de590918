/** Attacks by what is counted: lines without end, and numbers for those who may not know them. */
import type { Attack } from './attack.ts';

const COUNTING_TEST = 'test/unit/telemetry/counting.test.ts';
const METRICS_TEST = 'test/scenarios/metrics.test.ts';
const OWN_TEST = 'test/scenarios/metrics-own.test.ts';

export const metrics: readonly Attack[] = [
  {
    name: 'lines of metrics without end',
    proofs: ['MET-CLOSED', 'MET-TOOLS', 'MET-OFTEN'],
    removals: [
      {
        file: 'src/telemetry/closed-sets.ts',
        find: 'return KNOWN_METHODS.has(method) ? method : OTHER;',
        replace: 'return method;',
        test: COUNTING_TEST,
        title: 'MET-CLOSED',
      },
      {
        file: 'src/telemetry/closed-sets.ts',
        find: "return code !== undefined && NUMBERS.has(code) ? String(code) : '_OTHER';",
        replace: 'return String(code);',
        test: COUNTING_TEST,
        title: 'MET-CLOSED',
      },
      {
        file: 'src/telemetry/call-series.ts',
        find: "words.label(tool, outcome === 'ok' || outcome === 'tool_error')",
        replace: 'words.label(tool)',
        test: COUNTING_TEST,
        title: 'MET-TOOLS',
      },
      {
        file: 'src/telemetry/metrics.ts',
        find: 'Math.abs(this.#now() - last.at) < FRESH_MS',
        replace: 'this.#now() === last.at',
        test: METRICS_TEST,
        title: 'MET-OFTEN',
      },
    ],
  },
  {
    name: 'metrics read by those who may not know them',
    proofs: ['MET-GUARD', 'MET-OWN'],
    removals: [
      {
        file: 'src/edges/http/metrics.ts',
        find: '!front.metrics || !seesAll(visit)',
        replace: '!front.metrics',
        test: METRICS_TEST,
        title: 'MET-GUARD',
      },
      {
        file: 'src/edges/node/metrics-listener.ts',
        find: 'if (isOfPage(request)) return',
        replace: 'if (false) return',
        test: OWN_TEST,
        title: 'MET-OWN',
      },
    ],
  },
];
