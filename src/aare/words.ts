/** Bernese words the API uses for the water, with what they mean. */
const glossary: Readonly<Record<string, string>> = {
  aber: 'but',
  arsch: 'damn (vulgar)',
  arschchalt: 'freezing cold (vulgar)',
  badewanne: 'bathtub',
  bitz: 'a bit',
  bizeli: 'a little bit',
  brr: 'brr',
  chalt: 'cold',
  chli: 'a little',
  früsch: 'fresh',
  geil: 'great',
  gäbig: 'pleasant',
  heiss: 'hot',
  herrlich: 'glorious',
  mega: 'very',
  nid: 'not',
  perfekt: 'perfect',
  schön: 'nice',
  sehr: 'very',
  uh: 'extremely',
  warm: 'warm',
  wätter: 'weather',
  z: 'too',
  zimli: 'rather',
};

/** What the Swiss German phrase about the water means, as far as we know its words, and how the water feels. */
export function explainSwissGerman(phrase: string | null, temperature: number | null): string | null {
  if (phrase === null && temperature === null) return null;
  const meanings = phrase === null ? [] : meaningsOf(phrase);
  const translated = meanings.length > 0 ? `“${phrase}” is Swiss German: ${meanings.join(', ')}.` : undefined;
  const felt =
    temperature === null ? undefined : `At ${temperature} °C the water feels ${feeling(temperature)}.`;
  return [translated, felt].filter((part) => part !== undefined).join(' ') || null;
}

function meaningsOf(phrase: string): string[] {
  const words = phrase.toLowerCase().match(/\p{L}+/gu) ?? [];
  return [...new Set(words)].slice(0, 20).flatMap((word) => {
    const meaning = Object.hasOwn(glossary, word) ? glossary[word] : undefined;
    return meaning === undefined ? [] : [`${word} = ${meaning}`];
  });
}

function feeling(temperature: number): string {
  if (temperature < 10) return 'icy: minutes only, and never alone';
  if (temperature < 14) return 'very cold: for the hardened, and short';
  if (temperature < 17) return 'cold: a quick, bracing swim';
  if (temperature < 20) return 'fresh: fine once you are in';
  if (temperature < 23) return 'pleasant: fit for a long swim';
  return 'warm: as good as it gets';
}

/** What the time of the year means for swimmers (by the month in UTC; the hours of difference do not matter). */
export function seasonalAdvice(now: number): string {
  const month = new Date(now).getUTCMonth() + 1;
  if (month <= 2 || month === 12)
    return 'Winter: the water is icy. For trained winter swimmers only, and short.';
  if (month <= 4)
    return 'Spring: the water is still very cold and meltwater raises the flow. Mind the current.';
  if (month === 5)
    return 'Late spring: the water is cold and snowmelt keeps the flow high. Check the flow first.';
  if (month <= 8) return 'Summer: swimming season. Check the flow after thunderstorms, and know your exit.';
  if (month === 9) return 'Early autumn: often still fine, but the water cools and the days shorten.';
  return 'Autumn: the water is cold. Short swims, and warm clothes at the exit.';
}
