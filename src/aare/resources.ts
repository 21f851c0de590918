import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceTemplate,
} from '@modelcontextprotocol/server';
import { ageOf } from './answer.ts';
import type { AareApi } from './api.ts';
import { knownCity, wellKnownCities } from './cities.ts';
import { AareError } from './error.ts';
import type { Reading } from './polls.ts';
import type { Current } from './shapes.ts';

const mimeType = 'application/json';

/** Two resources and two templates: the API's answers as they came. */
export function addResources(server: McpServer, api: AareApi): void {
  server.registerResource(
    'cities',
    'aareguru://cities',
    { title: 'Cities', description: 'All cities on the Aare with their current values', mimeType },
    (uri) => contents(uri, () => api.cities().then(asCame)),
  );
  server.registerResource(
    'widget',
    'aareguru://widget',
    { title: 'Overview', description: 'Temperature and flow of all cities at a glance', mimeType },
    (uri) => contents(uri, () => api.widget().then(asCame)),
  );
  server.registerResource(
    'current',
    cityTemplate('current'),
    { title: 'Current conditions', description: 'Everything about one city right now', mimeType },
    (uri, { city }) => contents(uri, async () => asCame(await currentOf(api, city))),
  );
  server.registerResource(
    'today',
    cityTemplate('today'),
    { title: 'Water temperature', description: 'The water temperature of one city in brief', mimeType },
    (uri, { city }) => contents(uri, async () => today(await currentOf(api, city))),
  );
}

function cityTemplate(name: string): ResourceTemplate {
  const complete = { city: (typed: string) => wellKnownCities.filter((city) => city.startsWith(typed)) };
  return new ResourceTemplate(`aareguru://${name}/{city}`, { list: undefined, complete });
}

type CurrentReading = Awaited<ReturnType<AareApi['current']>>;

async function currentOf(api: AareApi, city: string | string[] | undefined): Promise<CurrentReading> {
  return api.current(await knownCity(api, String(city ?? '')));
}

/** What a resource says: a value, and how old it is when it is not live. */
interface Said {
  readonly value: unknown;
  readonly age: ReturnType<typeof ageOf>;
}

function asCame(reading: Reading<{ raw: unknown }>): Said {
  return { value: reading.value.raw, age: ageOf(reading) };
}

/** The API has this as a request of its own; making it of `current` spares the city a second poll. */
function today(reading: CurrentReading): Said {
  const { aare }: Current = reading.value.read;
  const value = {
    aare: aare.temperature,
    aare_prec: aare.temperature_prec,
    text: aare.temperature_text,
    text_short: aare.temperature_text_short,
    time: aare.timestamp,
    name: aare.location,
    longname: aare.location_long,
  };
  return { value, age: ageOf(reading) };
}

async function contents(uri: URL, read: () => Promise<Said>) {
  try {
    const { value, age } = await read();
    // A list has no room for a member of ours; `_meta` tells the age in any case.
    const marked = Array.isArray(value) ? value : { ...(value as object), ...age };
    return { contents: [{ uri: uri.href, mimeType, text: JSON.stringify(marked), _meta: { ...age } }] };
  } catch (error) {
    if (!(error instanceof AareError)) throw error;
    const known = error.code !== 'aare-unknown-city';
    const code = known ? ProtocolErrorCode.InternalError : ProtocolErrorCode.InvalidParams;
    throw new ProtocolError(code, error.message, { code: error.code });
  }
}
