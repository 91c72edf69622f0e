/**
 * What `node -e` runs to post a hook's event, in the manner of Standard Webhooks (standardwebhooks.com), as the link
 * service does. Node is there wherever the constructs were synthesized, on Windows too, and is given this text without a
 * shell in between. Neither the address nor an answer is printed: both may hold a secret.
 */
export const WEBHOOK_SCRIPT = [
  'const{createHmac,randomUUID}=require("node:crypto"),e=process.env,',
  "url=e.OU_LINK_HOOK_URL||e[e.OU_LINK_HOOK_URL_VARIABLE],keyName=e.OU_LINK_HOOK_SECRET_VARIABLE,",
  'fail=m=>{console.error("The webhook of "+e.OU_LINK_ID+" ("+e.OU_LINK_EVENT+") "+m);process.exit(1)};',
  'if(!url)fail("has no address: set "+e.OU_LINK_HOOK_URL_VARIABLE+" where Terraform runs.");',
  'if(keyName&&!e[keyName])fail("has no key: set "+keyName+" where Terraform runs.");',
  "const data={};for(const[k,v]of Object.entries({name:e.OU_LINK_NAME,link_id:e.OU_LINK_ID,",
  "service_account_id:e.CRONOFY_SERVICE_ACCOUNT_ID,data_center:e.CRONOFY_DATA_CENTER,status:e.OU_LINK_STATUS,",
  "awaited_since:e.OU_LINK_AWAITED_SINCE,invitation_url:e.OU_LINK_INVITATION_URL,",
  "authorization_url:e.OU_LINK_AUTHORIZATION_URL,minted_at:e.OU_LINK_MINTED_AT,",
  "assumed_expires_at:e.OU_LINK_ASSUMED_EXPIRES_AT,linked_at:e.OU_LINK_LINKED_AT,",
  "organizational_unit_id:e.OU_LINK_ORGANIZATIONAL_UNIT_ID}))if(v)data[k]=v;",
  'const id="msg_"+randomUUID(),now=new Date,seconds=String(Math.floor(now/1e3)),',
  'body=JSON.stringify({type:"link."+e.OU_LINK_EVENT,timestamp:now.toISOString(),data}),',
  'headers={"Content-Type":"application/json","User-Agent":"ou-link","webhook-id":id,"webhook-timestamp":seconds};',
  'if(keyName){const s=e[keyName],key=s.startsWith("whsec_")?Buffer.from(s.slice(6),"base64"):s;',
  'headers["webhook-signature"]="v1,"+createHmac("sha256",key).update(id+"."+seconds+"."+body).digest("base64")}',
  'fetch(url,{method:"POST",headers,body,redirect:"manual",signal:AbortSignal.timeout(1e4)})',
  '.then(r=>{if(!r.ok)fail("was answered with "+r.status+".")},',
  'x=>fail("could not be delivered ("+(x.cause?.code??x.name)+")."))',
].join("");
