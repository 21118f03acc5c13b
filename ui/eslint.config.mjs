import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/**", "test/**"] },
  ...tseslint.configs.strictTypeChecked.map((c) => ({ ...c, files: ["src/**/*.ts"] })),
  {
    files: ["src/**/*.ts"],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: { "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }], eqeqeq: "error", "no-console": "error" },
  },
);
