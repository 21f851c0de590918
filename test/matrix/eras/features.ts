/** What works whatever the eras of the two ends: each a row for every pair of eras. */
import type { LegacyVersion } from '../../../src/protocol/methods.ts';

interface EraFeature {
  /** The heading of its column. */
  readonly short: string;
  readonly text: string;
  /** The first revision that has it; default the first of all. */
  readonly since?: LegacyVersion;
}

export const ERA_FEATURES = {
  hello: { short: 'hello', text: 'introduce themselves: version, name, capabilities' },
  listAndCall: { short: 'list+call', text: 'list and use tools, resources and prompts' },
  progress: { short: 'progress', text: 'have progress, completely, in order and once' },
  cancel: { short: 'cancel', text: 'have calls called off at the server' },
  logging: { short: 'log', text: 'have log lines from the level on that the client chose, once each' },
  sampling: { short: 'sample', text: 'have samples asked and answered' },
  elicitationForm: { short: 'form', since: '2025-06-18', text: 'have forms asked and answered' },
  elicitationUrl: { short: 'url', since: '2025-11-25', text: 'have users sent to an address' },
  rounds: {
    short: 'rounds',
    since: '2025-06-18',
    text: 'have several questions at once, and in several rounds',
  },
  roots: { short: 'roots', text: 'have roots asked and told' },
  subscribe: {
    short: 'subscribe',
    text: 'have updates of resources subscribed to, once each, and no others',
  },
  listChanged: { short: 'changed', text: 'have changes of all three lists announced' },
  completion: { short: 'complete', text: 'have arguments completed' },
  large: { short: '1 MB', text: 'have a result of 1 MB, equal' },
  error: { short: 'error', text: 'have failures of tools as results, and errors as errors' },
  noComplaint: { short: 'clean', text: 'have nothing to complain about at the end' },
} as const satisfies Record<string, EraFeature>;

export type EraFeatureName = keyof typeof ERA_FEATURES;

export const ERA_FEATURE_NAMES = Object.keys(ERA_FEATURES) as EraFeatureName[];

export function eraFeature(name: EraFeatureName): EraFeature {
  return ERA_FEATURES[name];
}
