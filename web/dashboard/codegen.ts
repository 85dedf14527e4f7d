import type { CodegenConfig } from "@graphql-codegen/cli";

/** Types and documents from the printed schema, and what the schema says of each field. */
const config: CodegenConfig = {
  schema: "../../schema.graphql",
  documents: "src/api/queries/*.graphql",
  silent: true,
  generates: {
    "src/api/generated/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: "string",
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true,
        scalars: {
          Decimal: "number",
          Date: "string",
          DateTime: "string",
          TimeZone: "string",
          YearMonth: "string",
        },
      },
    },
    "src/api/generated/definitions.ts": { plugins: ["./codegen/definitions.mjs"] },
  },
};

export default config;
