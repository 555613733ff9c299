/** What a tool can see in our TypeScript: types used safely, promises awaited, files and functions kept small. */
import js from '@eslint/js';
import tseslint from '@typescript-eslint/eslint-plugin';
import hooks from 'eslint-plugin-react-hooks';

const code = ['src/**/*.{ts,tsx}'];
const tests = ['tests/**/*.{ts,tsx}', 'vitest.config.ts', 'vite.config.widgets.mts'];

const rules = {
  ...hooks.configs.recommended.rules,
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  // An interface beside the token of its name is how JupyterLab names a service.
  '@typescript-eslint/no-redeclare': 'off',
  'no-redeclare': 'off',
  complexity: ['error', 12],
  curly: 'error',
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'max-lines': ['error', { max: 400 }],
  'max-lines-per-function': ['error', { max: 60 }],
  'no-console': 'error',
  'no-restricted-syntax': [
    'error',
    {
      selector: 'TSAsExpression > TSAsExpression',
      message: 'A double cast hides a type: look at the value, then narrow it.'
    },
    {
      selector: "CallExpression[callee.property.name='__'] > :first-child:not(Literal)",
      message: 'Only a literal text is found by the translators: trans.__("... %1", value).'
    }
  ]
};

export default [
  { ignores: ['lib/', 'node_modules/', 'src/protocol.ts'] },
  js.configs.recommended,
  ...tseslint.configs['flat/strict'],
  ...[
    { files: code, project: './tsconfig.json' },
    { files: tests, project: './tsconfig.tests.json' }
  ].map(({ files, project }) => ({
    files,
    languageOptions: { parserOptions: { project, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'react-hooks': hooks },
    rules: {
      ...rules,
      'no-undef': 'off', // the compiler does it, and knows the browser
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unnecessary-condition': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/no-unsafe-argument': 'error',
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/no-unsafe-call': 'error',
      '@typescript-eslint/no-unsafe-member-access': 'error',
      '@typescript-eslint/no-unsafe-return': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/require-await': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true }
      ]
    }
  })),
  {
    // A test tells one story, however long, and says with `!` what it knows to be there.
    files: tests,
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-non-null-assertion': 'off' }
  },
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' }
  }
];
