import { defineCheck } from "../define-check.ts";

/** Requests that tell the tool that sends them. */
export const toolsChecks = [
  defineCheck({
    id: "webshell-names",
    product: "generic web shells",
    asks: [
      "/{alfa,alfanew,wso,wso2,c99,r57,b374k,shell,cmd,alfacgiapi,marijuana,mini,xleet,xmrlpc,wp-22,lufix,wsoshell,c99shell,r57shell,phpshell,webshell,cmdjsp,jspspy,jshell,leaf,leafmailer,indoxploit,alexus,0byte,bypass,shell20*,radio,simple-backdoor}.{php,php5,php7,phtml,aspx,asp,jsp,jspx}",
      "/wp-content/plugins/{hellopress,wp-file-upload/wp,seoplugins,core-plugin,apikey,ioxi,press}/*.php",
    ],
    matches: ["GET /wp-content/uploads/alfa.php", "GET /shell.php"],
    ignores: ["GET /docs/shell.html"],
    source: "General knowledge of what scanners ask.",
  }),
  defineCheck({
    id: "open-proxy",
    product: "Open proxy",
    asks: ["CONNECT /**"],
    matches: ["CONNECT example.org:443"],
    ignores: ["GET /docs/connect:443"],
    source: "General knowledge of what scanners ask.",
  }),
  defineCheck({
    id: "nmap-http-tells",
    product: "Nmap",
    asks: ["^/nmaplowercheck*", "^/NmapUpperCheck*", "^/Nmap/folder/check*", "^/nice%20ports%2c/Tri*", "^/sdk/nmap*"],
    matches: ["GET /nmaplowercheck1700000000", "GET /nice%20ports%2C/Tri%6Eity.txt%2ebak"],
    ignores: ["GET /nmap.html"],
    source: "General knowledge of what scanners ask.",
  }),
  defineCheck({
    id: "dfind-tell",
    product: "DFind",
    asks: ["/w00tw00t.at.*{,/**}"],
    matches: ["GET /w00tw00t.at.ISC.SANS.DFind:)"],
    ignores: ["GET /w00t"],
    source: "General knowledge of what scanners ask.",
  }),
  defineCheck({
    id: "muieblackcat",
    product: "Muieblackcat",
    asks: ["/muieblackcat"],
    matches: ["GET /muieblackcat"],
    ignores: ["GET /blackcat"],
    source: "General knowledge of what scanners ask.",
  }),
  defineCheck({
    id: "interactsh-oob",
    product: "OAST callbacks",
    attempts: [
      "/** ~.oast.",
      "/** ~.interact.sh",
      "/** ~.oastify.com",
      "/** ~.burpcollaborator.net",
      "/** ~.dnslog.cn",
      "/** ~.ceye.io",
      "/** ~.interactsh.",
    ],
    matches: ["GET /?url=http://c0ffee.oast.pro", "GET /?x=http%3A%2F%2Fabc.burpcollaborator.net/"],
    ignores: ["GET /toast.pro"],
    source: "General knowledge of what scanners ask.",
  }),
];
