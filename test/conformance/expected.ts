/**
 * What cannot pass, each with its reason. Whatever else fails is a fault, and so is what is listed here and passes.
 */
import type { SuiteName } from './suites.ts';
import type { TargetName } from './targets.ts';

export interface Expected {
  readonly suite: SuiteName;
  readonly targets: readonly TargetName[];
  readonly scenario: string;
  /** One check of the scenario; without it any of its checks may fail, and one must. */
  readonly check?: string;
  readonly reason: string;
}

/** Scenarios of an optional extension that the fixtures do not offer; they are run and not looked at. */
export const NOT_OFFERED = /^tasks-/;

const HEADERS = 'http-custom-header-server-validation';
const LEGACY: readonly TargetName[] = ['gateway, legacy stdio', 'gateway, legacy streamable'];

export const EXPECTED: readonly Expected[] = [
  ...[
    'sep-2243-server-reject-invalid-param-chars',
    'sep-2243-server-reject-param-mismatch',
    'sep-2243-server-validate-param-match',
  ].map((check) => ({
    suite: 'modern' as const,
    targets: ['modern', 'dual', 'gateway, modern http', 'gateway, dual http'] as const,
    scenario: HEADERS,
    check,
    reason:
      'a server over HTTP compares such headers itself, and the modern SDK does so for tools of its own registry only',
  })),
  {
    suite: 'modern',
    targets: LEGACY,
    scenario: HEADERS,
    reason: 'a legacy server has no tools whose arguments travel as headers',
  },
  {
    suite: 'modern',
    targets: LEGACY,
    scenario: 'input-required-result-basic-elicitation',
    check: 'sep-2322-elicitation-incomplete',
    reason:
      'wants the key "user_name": a legacy server gives its questions no keys, so they are the gateway\'s own',
  },
  ...(['sse chain, no gateway', 'sse chain'] as const).map((target) => ({
    suite: 'next' as const,
    targets: [target],
    scenario: 'dns-rebinding-protection',
    check: 'localhost-host-rebinding-rejected',
    reason: 'supergateway, which takes the requests in, looks at no Host header',
  })),
];
