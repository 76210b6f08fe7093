import { describe, expect, test } from 'vitest';
import { stepRule } from '../../../../src/codec/glow2026/step-rule.ts';

describe('the rule of steps', () => {
  const few = { colour: 44, masking: 16, tilt: 19 };
  const many = { colour: 36, masking: 2, tilt: 8 };

  test.each([
    [1e-9, few],
    [1 / 8, few],
    [2 ** -2.25, { colour: 40, masking: 9, tilt: 14 }],
    [2 ** -1.5, many],
    [24, many],
  ])('of a base of %d bits per pixel', (bits, rule) => {
    expect(stepRule(bits)).toEqual(rule);
  });

  test('changes only one way with the bits', () => {
    const rules = Array.from({ length: 60 }, (_, i) => stepRule(2 ** (i / 10 - 4)));
    for (const key of ['colour', 'masking', 'tilt'] as const) {
      rules.slice(1).forEach((rule, i) => {
        expect(rule[key]).toBeLessThanOrEqual(rules[i]![key]);
      });
    }
  });
});
