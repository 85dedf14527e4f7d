/** The worked examples, a tab each, in the order of their file names. */
const files = import.meta.glob<string>('../examples/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});

export const examples: string[] = Object.keys(files)
  .sort()
  .map((name) => files[name] ?? '');
