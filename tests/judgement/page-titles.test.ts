import { expect, test } from "vitest";
import { endsInTitle } from "../../src/judgement/page-titles.ts";

test.each([
  ["/blog/how-we-moved-the-shop.html", true, "a page"],
  ["/2019/05/how_we_moved_the_shop/", true, "a page without an ending"],
  ["/how-we-moved-the-shop?utm=x", true, "at the root"],
  ["/img/red-leather-shoe-300x200.jpg", true, "a picture"],
  ["/terms-and-conditions", false, "three words at the root stand in lists"],
  ["/backup/old-site-backup-copy.zip", false, "an archive is guessed"],
  ["/admin/user-login.php", false, "two words"],
  ["/admin.php;how-we-moved-the-shop", false, "what follows a semicolon, servers leave out"],
  ["/blog/how-we-moved-the-shop/../../admin-of-the-shop", false, "dots lead elsewhere"],
  ["/a/i-o-u-x", false, "letters are no words"],
  ["/", false, "the root"],
  ["", false, "nothing"],
] as const)("%s: %s (%s)", (path, isTitle, _reason) => {
  expect(endsInTitle(new TextEncoder().encode(path))).toBe(isTitle);
});
