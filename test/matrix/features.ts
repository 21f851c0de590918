/**
 * Everything the legacy revisions have, as rows of the matrix. Each row is a requirement too (its `id`), and is
 * proven by every cell in which client, server and revision have it.
 */
import type { LegacyVersion } from '../../src/protocol/methods.ts';

export interface Feature {
  readonly id: string;
  /** One sentence: what must hold. */
  readonly text: string;
  /** The first revision that has it; default the first of all. */
  readonly since?: LegacyVersion;
}

export const FEATURES = {
  initialize: {
    id: 'MATRIX-INITIALIZE',
    text: "The client's own hello reaches the server, and the server's answer comes back: version, capabilities, name.",
  },
  toolsList: { id: 'MATRIX-TOOLS-LIST', text: 'Tools are listed, page by page where the server pages.' },
  toolsCall: {
    id: 'MATRIX-TOOLS-CALL',
    text: 'A tool is called with its arguments and its answer comes back.',
  },
  structured: {
    id: 'MATRIX-STRUCTURED',
    since: '2025-06-18',
    text: 'Structured content comes back and fits the schema that the tool lists.',
  },
  resourcesList: { id: 'MATRIX-RESOURCES-LIST', text: 'Resources are listed, page by page.' },
  resourcesRead: { id: 'MATRIX-RESOURCES-READ', text: 'A resource is read, as text and as a blob.' },
  templates: {
    id: 'MATRIX-TEMPLATES',
    text: 'Resource templates are listed, and a resource of one is read.',
  },
  subscribe: {
    id: 'MATRIX-SUBSCRIBE',
    text: 'A client that subscribed to a resource is told of its updates.',
  },
  unsubscribe: {
    id: 'MATRIX-UNSUBSCRIBE',
    text: 'A client that unsubscribed is told nothing of that resource any more.',
  },
  promptsList: { id: 'MATRIX-PROMPTS-LIST', text: 'Prompts are listed, page by page.' },
  promptsGet: { id: 'MATRIX-PROMPTS-GET', text: 'A prompt is got with its arguments.' },
  completion: { id: 'MATRIX-COMPLETION', text: 'Arguments of prompts or templates are completed.' },
  progress: {
    id: 'MATRIX-PROGRESS',
    text: "Progress arrives completely, in order, with the client's own token, and before the result.",
  },
  cancellation: {
    id: 'MATRIX-CANCELLATION',
    text: 'A cancellation reaches the server with its reason, and no answer follows.',
  },
  logging: { id: 'MATRIX-LOGGING', text: 'Log messages arrive with their level, logger and data.' },
  setLevel: { id: 'MATRIX-SET-LEVEL', text: 'The log level that a client sets reaches the server.' },
  toolsChanged: { id: 'MATRIX-TOOLS-CHANGED', text: 'A change of the list of tools is announced.' },
  resourcesChanged: {
    id: 'MATRIX-RESOURCES-CHANGED',
    text: 'A change of the list of resources is announced.',
  },
  promptsChanged: { id: 'MATRIX-PROMPTS-CHANGED', text: 'A change of the list of prompts is announced.' },
  pingServer: { id: 'MATRIX-PING-SERVER', text: 'A ping of the client is answered.' },
  pingClient: { id: 'MATRIX-PING-CLIENT', text: 'A ping of the server reaches the client and is answered.' },
  sampling: {
    id: 'MATRIX-SAMPLING',
    text: 'The server asks for a sample during a call, and gets the answer or the error of the client.',
  },
  elicitationForm: {
    id: 'MATRIX-ELICITATION-FORM',
    since: '2025-06-18',
    text: 'The server asks the user for a form, and gets what was filled in, or that it was declined.',
  },
  elicitationUrl: {
    id: 'MATRIX-ELICITATION-URL',
    since: '2025-11-25',
    text: 'The server sends the user to an address, and gets the answer.',
  },
  roots: { id: 'MATRIX-ROOTS', text: "The server gets the client's roots." },
  rootsChanged: {
    id: 'MATRIX-ROOTS-CHANGED',
    text: 'A change of the roots reaches the server, which asks for them again.',
  },
  meta: {
    id: 'MATRIX-META',
    text: 'What a client puts into `_meta` reaches the server untouched, and back.',
  },
  bigResult: { id: 'MATRIX-BIG-RESULT', text: 'A result of 1 MB arrives equal.' },
  toolError: { id: 'MATRIX-TOOL-ERROR', text: 'A tool that fails is a result with `isError`, not an error.' },
  unknownTool: {
    id: 'MATRIX-UNKNOWN-TOOL',
    text: "An unknown tool is answered with the server's own refusal.",
  },
  unknownMethod: { id: 'MATRIX-UNKNOWN-METHOD', text: 'An unknown method is answered with -32601.' },
} as const satisfies Record<string, Feature>;

/** Proven at the end of every pair. */
export const NO_COMPLAINT = {
  id: 'MATRIX-NO-COMPLAINT',
  text: 'A real client has nothing to complain about, and closes in good order.',
} as const satisfies Feature;

export type FeatureName = keyof typeof FEATURES;

export const FEATURE_NAMES = Object.keys(FEATURES) as FeatureName[];

export function featureOf(name: FeatureName): Feature {
  return FEATURES[name];
}
