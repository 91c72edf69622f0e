import { plainText } from "../../../tools/generators/documentation/plain-text";

describe("plainText", () => {
  it.each([
    ["See [the page](https://a.example/b_c_d).", "See the page."],
    ["See <https://a.example>.", "See https://a.example."],
    ["Use `a_b` and ``c`d``.", "Use a_b and c`d."],
    ["It is **very** _much_ *so*.", "It is very much so."],
    ["Keep snake_case_names and 2 * 3 * 4.", "Keep snake_case_names and 2 * 3 * 4."],
    ["Not `[a](b)` nor `**c**`.", "Not [a](b) nor **c**."],
    ["A \\<b> and `<c>`.", "A <b> and <c>."],
  ])("says of %j what a reader sees", (markdown, text) => {
    expect(plainText(markdown)).toBe(text);
  });
});
