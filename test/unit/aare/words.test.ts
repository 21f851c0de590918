import { describe, expect, it } from 'vitest';
import { explainSwissGerman, seasonalAdvice } from '../../../src/aare/words.ts';

describe('the Swiss German explanation', () => {
  it('gives the meaning of the words and how the water feels', () => {
    const explained = explainSwissGerman('geil aber chli chalt', 17.1) ?? '';
    expect(explained).toContain('geil = great, aber = but, chli = a little, chalt = cold');
    expect(explained).toContain('At 17.1 °C the water feels fresh');
  });

  it('makes up no meaning of words it does not know', () => {
    expect(explainSwissGerman('constructor Chuchichäschtli', 21)).toBe(
      'At 21 °C the water feels pleasant: fit for a long swim.',
    );
    expect(explainSwissGerman('Chuchichäschtli', null)).toBeNull();
  });

  it.each([
    [9.9, 'icy'],
    [13.9, 'very cold'],
    [16.9, 'cold'],
    [19.9, 'fresh'],
    [22.9, 'pleasant'],
    [23, 'warm'],
  ])('%d °C feels %s', (temperature, feeling) => {
    expect(explainSwissGerman(null, temperature)).toContain(`feels ${feeling}`);
  });

  it('is null where nothing is known', () => {
    expect(explainSwissGerman(null, null)).toBeNull();
  });
});

it.each([
  [1, 'Winter'],
  [2, 'Winter'],
  [3, 'Spring'],
  [4, 'Spring'],
  [5, 'Late spring'],
  [6, 'Summer'],
  [8, 'Summer'],
  [9, 'Early autumn'],
  [10, 'Autumn'],
  [11, 'Autumn'],
  [12, 'Winter'],
])('month %d is %s', (month, season) => {
  expect(seasonalAdvice(Date.UTC(2026, month - 1, 15))).toMatch(new RegExp(`^${season}:`));
});
