import type { CodegenConfig } from "@graphql-codegen/cli";

/** Types and documents from the printed schema, and what the schema says of each field. */
const config: CodegenConfig = {
  schema: "../../schema.graphql",
  silent: true,
  // The KPIs come in the schema's order.
  config: { sort: false },
  generates: {
    "src/api/generated/": {
      preset: "client",
      documents: "src/api/queries/*.graphql",
      presetConfig: { fragmentMasking: false },
      documentTransforms: ["./codegen/chosen.mjs", "./codegen/absent.mjs"],
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
    "src/api/generated/kpis.ts": { plugins: ["./codegen/kpis.mjs"] },
    "src/api/generated/error-codes.ts": { plugins: ["./codegen/error-codes.mjs"] },
  },
};

export default config;
