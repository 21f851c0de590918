/**
 * The features, shown by the fixture server behind supergateway's WebSocket output: one child for all who connect,
 * ids rewritten on the way, and only those of requests.
 */
import type { Runs } from './cell.ts';
import { fixtureRuns } from './fixture.ts';

const QUESTIONS = { na: 'supergateway gives the answers of clients an id that its child never asked with' };

export const supergatewayRuns: Runs = {
  ...fixtureRuns,
  cancellation: { na: 'supergateway changes the id of a request, but not in its cancellation' },
  pingClient: QUESTIONS,
  sampling: QUESTIONS,
  elicitationForm: QUESTIONS,
  elicitationUrl: QUESTIONS,
  roots: QUESTIONS,
  rootsChanged: QUESTIONS,
};
