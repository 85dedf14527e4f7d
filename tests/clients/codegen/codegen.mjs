const config = {
  strictScalars: true,
  scalars: {
    Date: "string",
    DateTime: "string",
    Decimal: "number",
    TimeZone: "string",
    YearMonth: "string",
  },
  useTypeImports: true,
};

export default {
  schema: "schema.graphql",
  documents: "codegen/*.graphql",
  config,
  generates: {
    "codegen/__generated__/schema.ts": { plugins: ["typescript"] },
    "codegen/__generated__/operations.ts": { plugins: ["typescript-operations"] },
    "codegen/__generated__/client/": {
      preset: "client",
      config,
      // Unmasked, a fragment's fields are in the type of what uses it, as in the plain plugin's.
      presetConfig: { fragmentMasking: false },
    },
  },
};
