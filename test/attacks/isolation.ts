/** Attacks on what belongs to somebody else: answers, sessions, state. */
import type { Attack } from './attack.ts';

const CALLER = 'src/edges/http/caller.ts';

export const isolation: readonly Attack[] = [
  {
    name: 'answers crossed by colliding ids',
    proofs: ['ANSWER-SAME-ID', 'STREAMABLE-SAME-ID'],
    removals: [
      {
        file: 'src/engine/upstream-session.ts',
        find: 'exchange.number = this.#facts.numbers.next++;',
        replace: 'exchange.number = 1;',
        test: 'test/unit/engine/exchange.test.ts',
        title: 'ANSWER-SAME-ID',
      },
    ],
  },
  {
    name: 'a session used by another principal',
    proofs: ['ISOLATION-PRINCIPAL', 'GUARD-SESSION', 'GUARD-ROUTES', 'GUARD-PROJECTS', 'GUARD-ALIKE'],
    removals: [
      {
        file: 'src/engine/sessions.ts',
        find: 'session?.principal !== principal || session.mount !== mount',
        replace: 'session?.mount !== mount',
        test: 'test/scenarios/principals.test.ts',
        title: 'ISOLATION-PRINCIPAL',
      },
      {
        file: CALLER,
        find: 'if (site && !isRefused(proof)) return { site, caller: proof };',
        replace:
          "if (site && (!isRefused(proof) || request.header('mcp-session-id'))) return { site, caller: isRefused(proof) ? { principal: 'own' } : proof };",
        test: 'test/matrix/guard.test.ts',
        title: 'GUARD-SESSION',
      },
      {
        file: CALLER,
        find: "const site = isInProject ? sites.projects.get(match?.project ?? '') : sites.root;",
        replace: 'const site = sites.root;',
        test: 'test/matrix/guard.test.ts',
        title: 'GUARD-PROJECTS',
      },
      {
        file: CALLER,
        find: "const NOT_FOUND: Stranger = { word: 'not_found' };",
        replace: "const NOT_FOUND: Stranger = { word: 'unauthorized', challenge: 'Bearer' };",
        test: 'test/matrix/guard.test.ts',
        title: 'GUARD-PROJECTS',
      },
    ],
  },
  {
    name: 'state tampering',
    proofs: [
      'SEAL-FORGED',
      'SEAL-CONTEXT',
      'SEAT-STATE',
      'TICKET-ONCE',
      'TICKET-SHORT',
      'TICKET-ROUTE',
      'TICKET-ORIGIN',
    ],
    removals: [
      {
        file: 'src/access/seals.ts',
        find: 'JSON.stringify([VERSION, id, context])',
        replace: 'JSON.stringify([VERSION, id])',
        test: 'test/unit/access/seals.test.ts',
        title: 'SEAL-CONTEXT',
      },
      {
        file: 'src/engine/bridge/parking.ts',
        find: 'state.principal !== facts.principal || ',
        replace: '',
        test: 'test/unit/engine/bridge/state.test.ts',
        title: 'SEAT-STATE',
      },
      {
        file: 'src/access/tickets.ts',
        find: 'if (entry) this.#drop(hash, entry);',
        replace: '',
        test: 'test/unit/access/tickets.test.ts',
        title: 'TICKET-ONCE',
      },
      {
        file: 'src/edges/http/tickets.ts',
        find: 'if (named !== undefined) return named === origin;',
        replace: 'if (named !== undefined) return true;',
        test: 'test/unit/edges/ticket-origins.test.ts',
        title: 'TICKET-ORIGIN',
      },
      {
        file: 'src/edges/http/tickets.ts',
        find: 'hostOf(origin) === ',
        replace: 'hostOf(origin) !== ',
        test: 'test/unit/edges/ticket-origins.test.ts',
        title: 'TICKET-ORIGIN',
      },
    ],
  },
];
