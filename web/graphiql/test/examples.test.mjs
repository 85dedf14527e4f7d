// The examples are what newcomers run first: each must be right, and teach.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { buildSchema, parse, validate } from 'graphql';

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const schema = buildSchema(read('../../../schema.graphql'));
const names = readdirSync(new URL('../examples', import.meta.url)).sort();

test('there is a handful', () => {
  assert.ok(names.length >= 5 && names.length <= 9, `${names}`);
});

for (const name of names) {
  const text = read(`../examples/${name}`);

  test(`${name} fits the schema`, () => {
    assert.deepEqual(validate(schema, parse(text)), []);
  });

  test(`${name} is one named operation, for the tab's title`, () => {
    const { definitions } = parse(text);
    assert.equal(definitions.length, 1);
    assert.ok(definitions[0].name, 'it has no name');
  });

  test(`${name} begins with the question that it answers`, () => {
    const [first] = text.split('\n');
    assert.match(first, /^# .*\?$/);
  });

  test(`${name} fits the editor`, () => {
    const long = text.split('\n').filter((line) => line.length > 54);
    assert.deepEqual(long, []);
  });
}
