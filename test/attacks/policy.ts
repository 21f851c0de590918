/** Attacks by somebody who may do something, and tries more. */
import type { Attack } from './attack.ts';

export const policy: readonly Attack[] = [
  {
    name: 'more than a policy allows',
    proofs: [
      'POLICY-LISTS',
      'POLICY-CALLS',
      'POLICY-SERVERS',
      'POLICY-CACHES',
      'POLICY-READ-ONLY',
      'POLICY-BYTES',
      'POLICY-BOMBS',
    ],
    removals: [
      {
        file: 'src/engine/policy/judge.ts',
        find: '(offering.calls?.readOnly && !tool.isReadOnly)',
        replace: '(offering.calls?.readOnly && tool === undefined)',
        test: 'test/unit/edges/policy/judged.test.ts',
        title: 'POLICY-READ-ONLY',
      },
      {
        file: 'src/engine/policy/annotations.ts',
        find: 'return annotations?.readOnlyHint === true;',
        replace: 'return annotations?.readOnlyHint !== false;',
        test: 'test/unit/edges/policy/judged.test.ts',
        title: 'POLICY-READ-ONLY',
      },
      {
        file: 'src/edges/sites.ts',
        find: 'return site.mounts.of(server, caller);',
        replace: 'return site.mounts.of(server, { ...caller, policy: undefined });',
        test: 'test/unit/edges/policy/hidden.test.ts',
        title: 'POLICY-CALLS',
      },
    ],
  },
  {
    name: 'confused deputy, console',
    proofs: ['EGRESS-ROUTES', 'WHERE-HEADERS'],
    removals: [
      {
        file: 'src/edges/http/replies.ts',
        find: "'x-content-type-options': 'nosniff',",
        replace: '',
        test: 'test/unit/edges/pages.test.ts',
        title: 'WHERE-HEADERS',
      },
    ],
  },
];
