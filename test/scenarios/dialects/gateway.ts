/** One gateway with a server for each dialect, named as the dialect is. */
import { DIALECT_NAMES, type DialectName } from '../../../src/dialects/table.ts';
import {
  fixtureInprocess,
  type ServerEntry,
  startTestGateway,
  type TestGatewayOptions,
} from '../../support/gateway.ts';

/** The fixture server on routes of this dialect. */
export function speaking(dialect: DialectName): ServerEntry {
  return async (at) => ({ ...(await fixtureInprocess()(at)), dialect });
}

/** The server at `/servers/{dialect}` speaks that dialect; the root speaks the default. */
export function startDialects(options: Omit<TestGatewayOptions, 'servers'> = {}) {
  const servers = Object.fromEntries(DIALECT_NAMES.map((name) => [name, speaking(name)]));
  return startTestGateway({ ...options, servers });
}
