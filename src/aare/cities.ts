import type { AareApi } from './api.ts';
import { AareError } from './error.ts';

/** The cities the API is known to have. Newer ones are learned from the API when somebody asks for them. */
export const wellKnownCities: readonly string[] = [
  'brienz',
  'interlaken',
  'thun',
  'bern',
  'hagneck',
  'biel',
  'olten',
  'brugg',
];

/**
 * The API's own key for a city, case and outer spaces aside.
 *
 * @throws AareError `aare-unknown-city`, listing the cities known.
 */
export async function knownCity(api: AareApi, city: string): Promise<string> {
  const key = city.trim().toLowerCase();
  if (wellKnownCities.includes(key)) return key;
  const known = await citiesOf(api);
  if (known.includes(key)) return key;
  throw new AareError(
    'aare-unknown-city',
    `Unknown city "${city.slice(0, 40)}". Cities known: ${known.join(', ')}. Use one of them.`,
  );
}

/** An outage must not turn a misspelt name into "unavailable": the well-known cities are enough to answer. */
async function citiesOf(api: AareApi): Promise<readonly string[]> {
  try {
    const cities = await api.cities();
    // The cap keeps a strange answer from making an endless list of cities that may be polled.
    return cities.value.read.map((city) => city.city).slice(0, 50);
  } catch (error) {
    if (error instanceof AareError) return wellKnownCities;
    throw error;
  }
}
