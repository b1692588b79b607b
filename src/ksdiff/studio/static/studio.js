/*! ksdiff studio, Apache-2.0. Built from web/studio; contains three.js 0.187.0:

The MIT License

Copyright © 2010-2026 three.js authors

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in
all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
THE SOFTWARE.
*/
const Jt=["expression","head"];class Sn extends Error{constructor(e,t){super(e),this.status=t}status}async function gn(s,e={}){let t;try{t=await fetch(`api/${s}`,e)}catch{throw new Sn("The studio's server does not answer. Start it again with `ksdiff studio`; your work is saved.")}if(t.ok)return t;const n=await t.text();let i=n;try{i=JSON.parse(n).message??n}catch{}throw new Sn(i||`The server answered ${t.status}.`,t.status)}async function gt(s,e){return await(await gn(s,e)).json()}function An(s){return s===void 0?{method:"POST"}:{method:"POST",headers:{"content-type":"application/json"},body:JSON.stringify(s)}}const ms=s=>new URLSearchParams(s).toString(),Be={facts:()=>gt("facts"),head:async()=>(await gn("head.glb")).arrayBuffer(),recent:()=>gt("projects"),remove:s=>gn(`projects/${s}`,{method:"DELETE"}),create:(s,e)=>gt(`projects?${ms({name:e})}`,{method:"POST",body:s}),open:(s,e)=>gt(`projects/open?${ms({name:e})}`,{method:"POST",body:s}),readList:s=>gt("lists",An(s)),createLine:(s,e,t,n)=>gt(`projects?${ms({name:e,list:t,line:String(n)})}`,{method:"POST",body:s}),retry:s=>gn(`projects/${s}/retry`,{method:"POST"}),thumbnail:async s=>new Float32Array(await(await gn(`projects/${s}/thumbnail`)).arrayBuffer()),exportAll:s=>gt("exports",An(s)),exporting:()=>gt("exports"),cancelExport:()=>gn("exports",{method:"DELETE"}),exportAllAddress:s=>`api/exports/${s}`,project:s=>gt(`projects/${s}`),motion:async(s,e,t)=>{const n={version:String(e),...t===void 0?{}:{take:t}};return new Float32Array(await(await gn(`projects/${s}/motion?${ms(n)}`)).arrayBuffer())},waveform:async s=>new Int8Array(await(await gn(`projects/${s}/waveform`)).arrayBuffer()),soundAddress:s=>`api/projects/${s}/sound.wav`,referenceAddress:s=>`api/projects/${s}/reference`,fileAddress:s=>`api/projects/${s}/file`,setReference:(s,e)=>gt(`projects/${s}/reference`,{method:"POST",body:e}),rename:(s,e)=>gt(`projects/${s}/name`,An({name:e})),edit:(s,e,t=!1)=>gt(`projects/${s}/edits`,An({edits:e,continues:t})),undo:s=>gt(`projects/${s}/undo`,An()),redo:s=>gt(`projects/${s}/redo`,An()),regenerate:s=>gt(`projects/${s}/regenerate`,An()),variants:async(s,e)=>new Float32Array(await(await gn(`projects/${s}/variants`,An(e))).arrayBuffer()),cancel:s=>gn(`projects/${s}/cancel`,{method:"POST"}),words:(s,e)=>gt(`projects/${s}/words`,An({text:e})),setCharacter:(s,e,t)=>gt(`projects/${s}/character?${ms({name:t})}`,{method:"POST",body:e}),removeCharacter:s=>gt(`projects/${s}/character`,{method:"DELETE"}),characterFile:async s=>(await gn(`projects/${s}/character`)).arrayBuffer(),rig:s=>gt(`projects/${s}/character/rig`),exports:(s,e)=>gt(`projects/${s}/exports`,An(e)),exportAddress:(s,e)=>`api/projects/${s}/exports/${e}`};function ld(s,e){const t=new EventSource(`api/projects/${s}/events`),n=i=>JSON.parse(i.data);return t.addEventListener("progress",i=>e.progress(n(i))),t.addEventListener("changed",i=>e.changed(n(i).version)),t.addEventListener("idle",()=>e.idle?.()),t.addEventListener("failed",i=>e.failed(n(i).message)),t}function Zu(s){return new Promise((e,t)=>{const n=r=>{i.close(),r()},i=ld(s,{progress:()=>{},changed:()=>n(e),failed:r=>n(()=>t(new Sn(r)))});i.addEventListener("error",()=>{i.readyState===EventSource.CLOSED&&n(()=>Be.project(s).then(()=>e(),t))})})}function Ju(s){const e=new EventSource("api/events"),t=n=>JSON.parse(n.data);return e.addEventListener("project",n=>s.project(t(n))),e.addEventListener("removed",n=>s.removed(t(n).id)),e.addEventListener("export",n=>s.exporting(t(n))),e.addEventListener("open",s.opened),e}const da=[{name:"Front",yaw:0,pitch:0,distance:1,above:0},{name:"Three-quarter, its left",yaw:40,pitch:4,distance:1,above:0},{name:"Three-quarter, its right",yaw:-40,pitch:4,distance:1,above:0},{name:"Profile, its left",yaw:90,pitch:0,distance:1,above:0},{name:"Profile, its right",yaw:-90,pitch:0,distance:1,above:0},{name:"Mouth",yaw:0,pitch:0,distance:.46,above:-.058},{name:"Eyes",yaw:0,pitch:0,distance:.46,above:.011}];const ll="187",Yi={ROTATE:0,DOLLY:1,PAN:2},$i={ROTATE:0,PAN:1,DOLLY_PAN:2,DOLLY_ROTATE:3},Qu=0,nc=1,ef=2,Or=1,tf=2,Is=3,fi=0,Xt=1,Dn=2,ji=0,ks=1,ic=2,sc=3,rc=4,nf=5,Wi=100,sf=101,rf=102,af=103,of=104,lf=200,cf=201,hf=202,df=203,cd=204,hd=205,uf=206,ff=207,pf=208,mf=209,gf=210,_f=211,vf=212,xf=213,yf=214,lo=0,co=1,ho=2,Gs=3,uo=4,fo=5,po=6,mo=7,cl=0,Mf=1,Sf=2,jn=0,dd=1,ud=2,fd=3,hl=4,pd=5,md=6,gd=7,ac="attached",bf="detached",_d=300,ts=301,Vs=302,ua=303,fa=304,ns=1e3,Nn=1001,$r=1002,St=1003,vd=1004,Ds=1005,Nt=1006,Fr=1007,Un=1008,jt=1009,xd=1010,yd=1011,Ws=1012,dl=1013,On=1014,cn=1015,Fn=1016,ul=1017,fl=1018,is=1020,Md=35902,Sd=35899,bd=1021,Ed=1022,vn=1023,pi=1026,hi=1027,pl=1028,ml=1029,wi=1030,gl=1031,_l=1033,Br=33776,zr=33777,Hr=33778,Gr=33779,go=35840,_o=35841,vo=35842,xo=35843,yo=36196,Mo=37492,So=37496,bo=37488,Eo=37489,qr=37490,wo=37491,To=37808,Ao=37809,Ro=37810,Co=37811,Lo=37812,Po=37813,Io=37814,Do=37815,No=37816,Uo=37817,ko=37818,Oo=37819,Fo=37820,Bo=37821,zo=36492,Ho=36494,Go=36495,Vo=36283,Wo=36284,Kr=36285,Xo=36286,Ef=2200,wf=2201,Tf=2202,Xs=2300,$s=2301,pa=2302,oc=2303,qi=2400,Ki=2401,Yr=2402,vl=2500,Af=2501,Rf=0,wd=1,$o=2,Cf=3200,jr=0,Lf=1,ci="",It="srgb",Qt="srgb-linear",Zr="linear",nt="srgb",ma=7680,Pf=519,If=512,Df=513,Nf=514,Td=515,Uf=516,kf=517,Ad=518,Rd=519,Cd=35044,lc="300 es",xn=2e3,qs=2001;function Of(s){for(let e=s.length-1;e>=0;--e)if(s[e]>=65535)return!0;return!1}function Ff(s){return ArrayBuffer.isView(s)&&!(s instanceof DataView)}function Ks(s){return document.createElementNS("http://www.w3.org/1999/xhtml",s)}function Bf(){const s=Ks("canvas");return s.style.display="block",s}const cc={};function Jr(...s){const e="THREE."+s.shift();console.log(e,...s)}function Ld(s){const e=s[0];if(typeof e=="string"&&e.startsWith("TSL:")){const t=s[1];t&&t.isStackTrace?s[0]+=" "+t.getLocation():s[1]='Stack trace not available. Enable "THREE.Node.captureStackTrace" to capture stack traces.'}return s}function Te(...s){s=Ld(s);const e="THREE."+s.shift();{const t=s[0];t&&t.isStackTrace?console.warn(t.getError(e)):console.warn(e,...s)}}function Ne(...s){s=Ld(s);const e="THREE."+s.shift();{const t=s[0];t&&t.isStackTrace?console.error(t.getError(e)):console.error(e,...s)}}function Zi(...s){const e=s.join(" ");e in cc||(cc[e]=!0,Te(...s))}function zf(s,e,t){return new Promise(function(n,i){function r(){switch(s.clientWaitSync(e,s.SYNC_FLUSH_COMMANDS_BIT,0)){case s.WAIT_FAILED:i();break;case s.TIMEOUT_EXPIRED:setTimeout(r,t);break;default:n()}}setTimeout(r,t)})}const Hf={[lo]:lo,[ho]:po,[uo]:uo,[Gs]:fo,[co]:co,[po]:ho,[mo]:mo,[fo]:Gs};class Jn{addEventListener(e,t){this._listeners===void 0&&(this._listeners={});const n=this._listeners;n[e]===void 0&&(n[e]=[]),n[e].indexOf(t)===-1&&n[e].push(t)}hasEventListener(e,t){const n=this._listeners;return n===void 0?!1:n[e]!==void 0&&n[e].indexOf(t)!==-1}removeEventListener(e,t){const n=this._listeners;if(n===void 0)return;const i=n[e];if(i!==void 0){const r=i.indexOf(t);r!==-1&&i.splice(r,1)}}dispatchEvent(e){const t=this._listeners;if(t===void 0)return;const n=t[e.type];if(n!==void 0){e.target=this;const i=n.slice(0);for(let r=0,a=i.length;r<a;r++)i[r].call(this,e);e.target=null}}}const Ot=["00","01","02","03","04","05","06","07","08","09","0a","0b","0c","0d","0e","0f","10","11","12","13","14","15","16","17","18","19","1a","1b","1c","1d","1e","1f","20","21","22","23","24","25","26","27","28","29","2a","2b","2c","2d","2e","2f","30","31","32","33","34","35","36","37","38","39","3a","3b","3c","3d","3e","3f","40","41","42","43","44","45","46","47","48","49","4a","4b","4c","4d","4e","4f","50","51","52","53","54","55","56","57","58","59","5a","5b","5c","5d","5e","5f","60","61","62","63","64","65","66","67","68","69","6a","6b","6c","6d","6e","6f","70","71","72","73","74","75","76","77","78","79","7a","7b","7c","7d","7e","7f","80","81","82","83","84","85","86","87","88","89","8a","8b","8c","8d","8e","8f","90","91","92","93","94","95","96","97","98","99","9a","9b","9c","9d","9e","9f","a0","a1","a2","a3","a4","a5","a6","a7","a8","a9","aa","ab","ac","ad","ae","af","b0","b1","b2","b3","b4","b5","b6","b7","b8","b9","ba","bb","bc","bd","be","bf","c0","c1","c2","c3","c4","c5","c6","c7","c8","c9","ca","cb","cc","cd","ce","cf","d0","d1","d2","d3","d4","d5","d6","d7","d8","d9","da","db","dc","dd","de","df","e0","e1","e2","e3","e4","e5","e6","e7","e8","e9","ea","eb","ec","ed","ee","ef","f0","f1","f2","f3","f4","f5","f6","f7","f8","f9","fa","fb","fc","fd","fe","ff"];let hc=1234567;const Os=Math.PI/180,ss=180/Math.PI;function Bn(){const s=Math.random()*4294967295|0,e=Math.random()*4294967295|0,t=Math.random()*4294967295|0,n=Math.random()*4294967295|0;return(Ot[s&255]+Ot[s>>8&255]+Ot[s>>16&255]+Ot[s>>24&255]+"-"+Ot[e&255]+Ot[e>>8&255]+"-"+Ot[e>>16&15|64]+Ot[e>>24&255]+"-"+Ot[t&63|128]+Ot[t>>8&255]+"-"+Ot[t>>16&255]+Ot[t>>24&255]+Ot[n&255]+Ot[n>>8&255]+Ot[n>>16&255]+Ot[n>>24&255]).toLowerCase()}function We(s,e,t){return Math.max(e,Math.min(t,s))}function xl(s,e){return(s%e+e)%e}function Gf(s,e,t,n,i){return n+(s-e)*(i-n)/(t-e)}function Vf(s,e,t){return s!==e?(t-s)/(e-s):0}function Fs(s,e,t){return(1-t)*s+t*e}function Wf(s,e,t,n){return Fs(s,e,1-Math.exp(-t*n))}function Xf(s,e=1){return e-Math.abs(xl(s,e*2)-e)}function $f(s,e,t){return s<=e?0:s>=t?1:(s=(s-e)/(t-e),s*s*(3-2*s))}function qf(s,e,t){return s<=e?0:s>=t?1:(s=(s-e)/(t-e),s*s*s*(s*(s*6-15)+10))}function Kf(s,e){return s+Math.floor(Math.random()*(e-s+1))}function Yf(s,e){return s+Math.random()*(e-s)}function jf(s){return s*(.5-Math.random())}function Zf(s){s!==void 0&&(hc=s);let e=hc+=1831565813;return e=Math.imul(e^e>>>15,e|1),e^=e+Math.imul(e^e>>>7,e|61),((e^e>>>14)>>>0)/4294967296}function Jf(s){return s*Os}function Qf(s){return s*ss}function ep(s){return s>0&&Number.isInteger(s)&&2**Math.round(Math.log2(s))===s}function tp(s){return Math.pow(2,Math.ceil(Math.log(s)/Math.LN2))}function Pd(s){return Math.pow(2,Math.floor(Math.log(s)/Math.LN2))}function np(s,e,t,n,i){const r=Math.cos,a=Math.sin,o=r(t/2),l=a(t/2),c=r((e+n)/2),h=a((e+n)/2),d=r((e-n)/2),u=a((e-n)/2),f=r((n-e)/2),p=a((n-e)/2);switch(i){case"XYX":s.set(o*h,l*d,l*u,o*c);break;case"YZY":s.set(l*u,o*h,l*d,o*c);break;case"ZXZ":s.set(l*d,l*u,o*h,o*c);break;case"XZX":s.set(o*h,l*p,l*f,o*c);break;case"YXY":s.set(l*f,o*h,l*p,o*c);break;case"ZYZ":s.set(l*p,l*f,o*h,o*c);break;default:Te("MathUtils: .setQuaternionFromProperEuler() encountered an unknown order: "+i)}}function sa(s){switch(s.constructor){case Uint32Array:return 4294967295;case Uint16Array:return 65535;case Uint8Array:case Uint8ClampedArray:return 255;case Int32Array:return 2147483647;case Int16Array:return 32767;case Int8Array:return 127;default:return}}function yl(s,e){if(e.constructor===Float32Array)return s;const t=sa(e);if(t===void 0)throw new Error("THREE.MathUtils: Invalid component type.");return Math.max(s/t,-1)}function Ml(s,e){if(e.constructor===Float32Array)return s;const t=sa(e);if(t===void 0)throw new Error("THREE.MathUtils: Invalid component type.");return Math.round(s*t)}const Id={DEG2RAD:Os,RAD2DEG:ss,generateUUID:Bn,clamp:We,euclideanModulo:xl,mapLinear:Gf,inverseLerp:Vf,lerp:Fs,damp:Wf,pingpong:Xf,smoothstep:$f,smootherstep:qf,randInt:Kf,randFloat:Yf,randFloatSpread:jf,seededRandom:Zf,degToRad:Jf,radToDeg:Qf,isPowerOfTwo:ep,ceilPowerOfTwo:tp,floorPowerOfTwo:Pd,setQuaternionFromProperEuler:np,normalize:Ml,denormalize:yl};class De{static{this.prototype.isVector2=!0}constructor(e=0,t=0){this.x=e,this.y=t}get width(){return this.x}set width(e){this.x=e}get height(){return this.y}set height(e){this.y=e}set(e,t){return this.x=e,this.y=t,this}setScalar(e){return this.x=e,this.y=e,this}setX(e){return this.x=e,this}setY(e){return this.y=e,this}setComponent(e,t){switch(e){case 0:this.x=t;break;case 1:this.y=t;break;default:throw new Error("THREE.Vector2: index is out of range: "+e)}return this}getComponent(e){switch(e){case 0:return this.x;case 1:return this.y;default:throw new Error("THREE.Vector2: index is out of range: "+e)}}clone(){return new this.constructor(this.x,this.y)}copy(e){return this.x=e.x,this.y=e.y,this}add(e){return this.x+=e.x,this.y+=e.y,this}addScalar(e){return this.x+=e,this.y+=e,this}addVectors(e,t){return this.x=e.x+t.x,this.y=e.y+t.y,this}addScaledVector(e,t){return this.x+=e.x*t,this.y+=e.y*t,this}sub(e){return this.x-=e.x,this.y-=e.y,this}subScalar(e){return this.x-=e,this.y-=e,this}subVectors(e,t){return this.x=e.x-t.x,this.y=e.y-t.y,this}multiply(e){return this.x*=e.x,this.y*=e.y,this}multiplyScalar(e){return this.x*=e,this.y*=e,this}divide(e){return this.x/=e.x,this.y/=e.y,this}divideScalar(e){return this.multiplyScalar(1/e)}applyMatrix3(e){const t=this.x,n=this.y,i=e.elements;return this.x=i[0]*t+i[3]*n+i[6],this.y=i[1]*t+i[4]*n+i[7],this}min(e){return this.x=Math.min(this.x,e.x),this.y=Math.min(this.y,e.y),this}max(e){return this.x=Math.max(this.x,e.x),this.y=Math.max(this.y,e.y),this}clamp(e,t){return this.x=We(this.x,e.x,t.x),this.y=We(this.y,e.y,t.y),this}clampScalar(e,t){return this.x=We(this.x,e,t),this.y=We(this.y,e,t),this}clampLength(e,t){const n=this.length();return this.divideScalar(n||1).multiplyScalar(We(n,e,t))}floor(){return this.x=Math.floor(this.x),this.y=Math.floor(this.y),this}ceil(){return this.x=Math.ceil(this.x),this.y=Math.ceil(this.y),this}round(){return this.x=Math.round(this.x),this.y=Math.round(this.y),this}roundToZero(){return this.x=Math.trunc(this.x),this.y=Math.trunc(this.y),this}negate(){return this.x=-this.x,this.y=-this.y,this}dot(e){return this.x*e.x+this.y*e.y}cross(e){return this.x*e.y-this.y*e.x}lengthSq(){return this.x*this.x+this.y*this.y}length(){return Math.sqrt(this.x*this.x+this.y*this.y)}manhattanLength(){return Math.abs(this.x)+Math.abs(this.y)}normalize(){return this.divideScalar(this.length()||1)}angle(){return Math.atan2(-this.y,-this.x)+Math.PI}angleTo(e){const t=Math.sqrt(this.lengthSq()*e.lengthSq());if(t===0)return Math.PI/2;const n=this.dot(e)/t;return Math.acos(We(n,-1,1))}distanceTo(e){return Math.sqrt(this.distanceToSquared(e))}distanceToSquared(e){const t=this.x-e.x,n=this.y-e.y;return t*t+n*n}manhattanDistanceTo(e){return Math.abs(this.x-e.x)+Math.abs(this.y-e.y)}setLength(e){return this.normalize().multiplyScalar(e)}lerp(e,t){return this.x+=(e.x-this.x)*t,this.y+=(e.y-this.y)*t,this}lerpVectors(e,t,n){return this.x=e.x+(t.x-e.x)*n,this.y=e.y+(t.y-e.y)*n,this}equals(e){return e.x===this.x&&e.y===this.y}fromArray(e,t=0){return this.x=e[t],this.y=e[t+1],this}toArray(e=[],t=0){return e[t]=this.x,e[t+1]=this.y,e}fromBufferAttribute(e,t){return this.x=e.getX(t),this.y=e.getY(t),this}rotateAround(e,t){const n=Math.cos(t),i=Math.sin(t),r=this.x-e.x,a=this.y-e.y;return this.x=r*n-a*i+e.x,this.y=r*i+a*n+e.y,this}random(){return this.x=Math.random(),this.y=Math.random(),this}*[Symbol.iterator](){yield this.x,yield this.y}}class vt{constructor(e=0,t=0,n=0,i=1){this.isQuaternion=!0,this._x=e,this._y=t,this._z=n,this._w=i}static slerpFlat(e,t,n,i,r,a,o){let l=n[i+0],c=n[i+1],h=n[i+2],d=n[i+3],u=r[a+0],f=r[a+1],p=r[a+2],v=r[a+3];if(d!==v||l!==u||c!==f||h!==p){let m=l*u+c*f+h*p+d*v;m<0&&(u=-u,f=-f,p=-p,v=-v,m=-m);let g=1-o;if(m<.9995){const y=Math.acos(m),T=Math.sin(y);g=Math.sin(g*y)/T,o=Math.sin(o*y)/T,l=l*g+u*o,c=c*g+f*o,h=h*g+p*o,d=d*g+v*o}else{l=l*g+u*o,c=c*g+f*o,h=h*g+p*o,d=d*g+v*o;const y=1/Math.sqrt(l*l+c*c+h*h+d*d);l*=y,c*=y,h*=y,d*=y}}e[t]=l,e[t+1]=c,e[t+2]=h,e[t+3]=d}static multiplyQuaternionsFlat(e,t,n,i,r,a){const o=n[i],l=n[i+1],c=n[i+2],h=n[i+3],d=r[a],u=r[a+1],f=r[a+2],p=r[a+3];return e[t]=o*p+h*d+l*f-c*u,e[t+1]=l*p+h*u+c*d-o*f,e[t+2]=c*p+h*f+o*u-l*d,e[t+3]=h*p-o*d-l*u-c*f,e}get x(){return this._x}set x(e){this._x=e,this._onChangeCallback()}get y(){return this._y}set y(e){this._y=e,this._onChangeCallback()}get z(){return this._z}set z(e){this._z=e,this._onChangeCallback()}get w(){return this._w}set w(e){this._w=e,this._onChangeCallback()}set(e,t,n,i){return this._x=e,this._y=t,this._z=n,this._w=i,this._onChangeCallback(),this}clone(){return new this.constructor(this._x,this._y,this._z,this._w)}copy(e){return this._x=e.x,this._y=e.y,this._z=e.z,this._w=e.w,this._onChangeCallback(),this}setFromEuler(e,t=!0){const n=e._x,i=e._y,r=e._z,a=e._order,o=Math.cos,l=Math.sin,c=o(n/2),h=o(i/2),d=o(r/2),u=l(n/2),f=l(i/2),p=l(r/2);switch(a){case"XYZ":this._x=u*h*d+c*f*p,this._y=c*f*d-u*h*p,this._z=c*h*p+u*f*d,this._w=c*h*d-u*f*p;break;case"YXZ":this._x=u*h*d+c*f*p,this._y=c*f*d-u*h*p,this._z=c*h*p-u*f*d,this._w=c*h*d+u*f*p;break;case"ZXY":this._x=u*h*d-c*f*p,this._y=c*f*d+u*h*p,this._z=c*h*p+u*f*d,this._w=c*h*d-u*f*p;break;case"ZYX":this._x=u*h*d-c*f*p,this._y=c*f*d+u*h*p,this._z=c*h*p-u*f*d,this._w=c*h*d+u*f*p;break;case"YZX":this._x=u*h*d+c*f*p,this._y=c*f*d+u*h*p,this._z=c*h*p-u*f*d,this._w=c*h*d-u*f*p;break;case"XZY":this._x=u*h*d-c*f*p,this._y=c*f*d-u*h*p,this._z=c*h*p+u*f*d,this._w=c*h*d+u*f*p;break;default:Te("Quaternion: .setFromEuler() encountered an unknown order: "+a)}return t===!0&&this._onChangeCallback(),this}setFromAxisAngle(e,t){const n=t/2,i=Math.sin(n);return this._x=e.x*i,this._y=e.y*i,this._z=e.z*i,this._w=Math.cos(n),this._onChangeCallback(),this}setFromRotationMatrix(e){const t=e.elements,n=t[0],i=t[4],r=t[8],a=t[1],o=t[5],l=t[9],c=t[2],h=t[6],d=t[10],u=n+o+d;if(u>0){const f=.5/Math.sqrt(u+1);this._w=.25/f,this._x=(h-l)*f,this._y=(r-c)*f,this._z=(a-i)*f}else if(n>o&&n>d){const f=2*Math.sqrt(1+n-o-d);this._w=(h-l)/f,this._x=.25*f,this._y=(i+a)/f,this._z=(r+c)/f}else if(o>d){const f=2*Math.sqrt(1+o-n-d);this._w=(r-c)/f,this._x=(i+a)/f,this._y=.25*f,this._z=(l+h)/f}else{const f=2*Math.sqrt(1+d-n-o);this._w=(a-i)/f,this._x=(r+c)/f,this._y=(l+h)/f,this._z=.25*f}return this._onChangeCallback(),this}setFromUnitVectors(e,t){let n=e.dot(t)+1;return n<1e-8?(n=0,Math.abs(e.x)>Math.abs(e.z)?(this._x=-e.y,this._y=e.x,this._z=0,this._w=n):(this._x=0,this._y=-e.z,this._z=e.y,this._w=n)):(this._x=e.y*t.z-e.z*t.y,this._y=e.z*t.x-e.x*t.z,this._z=e.x*t.y-e.y*t.x,this._w=n),this.normalize()}angleTo(e){return 2*Math.acos(Math.abs(We(this.dot(e),-1,1)))}rotateTowards(e,t){const n=this.angleTo(e);if(n===0)return this;const i=Math.min(1,t/n);return this.slerp(e,i),this}identity(){return this.set(0,0,0,1)}invert(){return this.conjugate()}conjugate(){return this._x*=-1,this._y*=-1,this._z*=-1,this._onChangeCallback(),this}dot(e){return this._x*e._x+this._y*e._y+this._z*e._z+this._w*e._w}lengthSq(){return this._x*this._x+this._y*this._y+this._z*this._z+this._w*this._w}length(){return Math.sqrt(this._x*this._x+this._y*this._y+this._z*this._z+this._w*this._w)}normalize(){let e=this.length();return e===0?(this._x=0,this._y=0,this._z=0,this._w=1):(e=1/e,this._x=this._x*e,this._y=this._y*e,this._z=this._z*e,this._w=this._w*e),this._onChangeCallback(),this}multiply(e){return this.multiplyQuaternions(this,e)}premultiply(e){return this.multiplyQuaternions(e,this)}multiplyQuaternions(e,t){const n=e._x,i=e._y,r=e._z,a=e._w,o=t._x,l=t._y,c=t._z,h=t._w;return this._x=n*h+a*o+i*c-r*l,this._y=i*h+a*l+r*o-n*c,this._z=r*h+a*c+n*l-i*o,this._w=a*h-n*o-i*l-r*c,this._onChangeCallback(),this}slerp(e,t){let n=e._x,i=e._y,r=e._z,a=e._w,o=this.dot(e);o<0&&(n=-n,i=-i,r=-r,a=-a,o=-o);let l=1-t;if(o<.9995){const c=Math.acos(o),h=Math.sin(c);l=Math.sin(l*c)/h,t=Math.sin(t*c)/h,this._x=this._x*l+n*t,this._y=this._y*l+i*t,this._z=this._z*l+r*t,this._w=this._w*l+a*t,this._onChangeCallback()}else this._x=this._x*l+n*t,this._y=this._y*l+i*t,this._z=this._z*l+r*t,this._w=this._w*l+a*t,this.normalize();return this}slerpQuaternions(e,t,n){return this.copy(e).slerp(t,n)}random(){const e=2*Math.PI*Math.random(),t=2*Math.PI*Math.random(),n=Math.random(),i=Math.sqrt(1-n),r=Math.sqrt(n);return this.set(i*Math.sin(e),i*Math.cos(e),r*Math.sin(t),r*Math.cos(t))}equals(e){return e._x===this._x&&e._y===this._y&&e._z===this._z&&e._w===this._w}fromArray(e,t=0){return this._x=e[t],this._y=e[t+1],this._z=e[t+2],this._w=e[t+3],this._onChangeCallback(),this}toArray(e=[],t=0){return e[t]=this._x,e[t+1]=this._y,e[t+2]=this._z,e[t+3]=this._w,e}fromBufferAttribute(e,t){return this._x=e.getX(t),this._y=e.getY(t),this._z=e.getZ(t),this._w=e.getW(t),this._onChangeCallback(),this}toJSON(){return this.toArray()}_onChange(e){return this._onChangeCallback=e,this}_onChangeCallback(){}*[Symbol.iterator](){yield this._x,yield this._y,yield this._z,yield this._w}}class U{static{this.prototype.isVector3=!0}constructor(e=0,t=0,n=0){this.x=e,this.y=t,this.z=n}set(e,t,n){return n===void 0&&(n=this.z),this.x=e,this.y=t,this.z=n,this}setScalar(e){return this.x=e,this.y=e,this.z=e,this}setX(e){return this.x=e,this}setY(e){return this.y=e,this}setZ(e){return this.z=e,this}setComponent(e,t){switch(e){case 0:this.x=t;break;case 1:this.y=t;break;case 2:this.z=t;break;default:throw new Error("THREE.Vector3: index is out of range: "+e)}return this}getComponent(e){switch(e){case 0:return this.x;case 1:return this.y;case 2:return this.z;default:throw new Error("THREE.Vector3: index is out of range: "+e)}}clone(){return new this.constructor(this.x,this.y,this.z)}copy(e){return this.x=e.x,this.y=e.y,this.z=e.z,this}add(e){return this.x+=e.x,this.y+=e.y,this.z+=e.z,this}addScalar(e){return this.x+=e,this.y+=e,this.z+=e,this}addVectors(e,t){return this.x=e.x+t.x,this.y=e.y+t.y,this.z=e.z+t.z,this}addScaledVector(e,t){return this.x+=e.x*t,this.y+=e.y*t,this.z+=e.z*t,this}sub(e){return this.x-=e.x,this.y-=e.y,this.z-=e.z,this}subScalar(e){return this.x-=e,this.y-=e,this.z-=e,this}subVectors(e,t){return this.x=e.x-t.x,this.y=e.y-t.y,this.z=e.z-t.z,this}multiply(e){return this.x*=e.x,this.y*=e.y,this.z*=e.z,this}multiplyScalar(e){return this.x*=e,this.y*=e,this.z*=e,this}multiplyVectors(e,t){return this.x=e.x*t.x,this.y=e.y*t.y,this.z=e.z*t.z,this}applyEuler(e){return this.applyQuaternion(dc.setFromEuler(e))}applyAxisAngle(e,t){return this.applyQuaternion(dc.setFromAxisAngle(e,t))}applyMatrix3(e){const t=this.x,n=this.y,i=this.z,r=e.elements;return this.x=r[0]*t+r[3]*n+r[6]*i,this.y=r[1]*t+r[4]*n+r[7]*i,this.z=r[2]*t+r[5]*n+r[8]*i,this}applyNormalMatrix(e){return this.applyMatrix3(e).normalize()}applyMatrix4(e){const t=this.x,n=this.y,i=this.z,r=e.elements,a=1/(r[3]*t+r[7]*n+r[11]*i+r[15]);return this.x=(r[0]*t+r[4]*n+r[8]*i+r[12])*a,this.y=(r[1]*t+r[5]*n+r[9]*i+r[13])*a,this.z=(r[2]*t+r[6]*n+r[10]*i+r[14])*a,this}applyQuaternion(e){const t=this.x,n=this.y,i=this.z,r=e.x,a=e.y,o=e.z,l=e.w,c=2*(a*i-o*n),h=2*(o*t-r*i),d=2*(r*n-a*t);return this.x=t+l*c+a*d-o*h,this.y=n+l*h+o*c-r*d,this.z=i+l*d+r*h-a*c,this}project(e){return this.applyMatrix4(e.matrixWorldInverse).applyMatrix4(e.projectionMatrix)}unproject(e){return this.applyMatrix4(e.projectionMatrixInverse).applyMatrix4(e.matrixWorld)}transformDirection(e){const t=this.x,n=this.y,i=this.z,r=e.elements;return this.x=r[0]*t+r[4]*n+r[8]*i,this.y=r[1]*t+r[5]*n+r[9]*i,this.z=r[2]*t+r[6]*n+r[10]*i,this.normalize()}divide(e){return this.x/=e.x,this.y/=e.y,this.z/=e.z,this}divideScalar(e){return this.multiplyScalar(1/e)}min(e){return this.x=Math.min(this.x,e.x),this.y=Math.min(this.y,e.y),this.z=Math.min(this.z,e.z),this}max(e){return this.x=Math.max(this.x,e.x),this.y=Math.max(this.y,e.y),this.z=Math.max(this.z,e.z),this}clamp(e,t){return this.x=We(this.x,e.x,t.x),this.y=We(this.y,e.y,t.y),this.z=We(this.z,e.z,t.z),this}clampScalar(e,t){return this.x=We(this.x,e,t),this.y=We(this.y,e,t),this.z=We(this.z,e,t),this}clampLength(e,t){const n=this.length();return this.divideScalar(n||1).multiplyScalar(We(n,e,t))}floor(){return this.x=Math.floor(this.x),this.y=Math.floor(this.y),this.z=Math.floor(this.z),this}ceil(){return this.x=Math.ceil(this.x),this.y=Math.ceil(this.y),this.z=Math.ceil(this.z),this}round(){return this.x=Math.round(this.x),this.y=Math.round(this.y),this.z=Math.round(this.z),this}roundToZero(){return this.x=Math.trunc(this.x),this.y=Math.trunc(this.y),this.z=Math.trunc(this.z),this}negate(){return this.x=-this.x,this.y=-this.y,this.z=-this.z,this}dot(e){return this.x*e.x+this.y*e.y+this.z*e.z}lengthSq(){return this.x*this.x+this.y*this.y+this.z*this.z}length(){return Math.sqrt(this.x*this.x+this.y*this.y+this.z*this.z)}manhattanLength(){return Math.abs(this.x)+Math.abs(this.y)+Math.abs(this.z)}normalize(){return this.divideScalar(this.length()||1)}setLength(e){return this.normalize().multiplyScalar(e)}lerp(e,t){return this.x+=(e.x-this.x)*t,this.y+=(e.y-this.y)*t,this.z+=(e.z-this.z)*t,this}lerpVectors(e,t,n){return this.x=e.x+(t.x-e.x)*n,this.y=e.y+(t.y-e.y)*n,this.z=e.z+(t.z-e.z)*n,this}cross(e){return this.crossVectors(this,e)}crossVectors(e,t){const n=e.x,i=e.y,r=e.z,a=t.x,o=t.y,l=t.z;return this.x=i*l-r*o,this.y=r*a-n*l,this.z=n*o-i*a,this}projectOnVector(e){const t=e.lengthSq();if(t===0)return this.set(0,0,0);const n=e.dot(this)/t;return this.copy(e).multiplyScalar(n)}projectOnPlane(e){return ga.copy(this).projectOnVector(e),this.sub(ga)}reflect(e){return this.sub(ga.copy(e).multiplyScalar(2*this.dot(e)))}angleTo(e){const t=Math.sqrt(this.lengthSq()*e.lengthSq());if(t===0)return Math.PI/2;const n=this.dot(e)/t;return Math.acos(We(n,-1,1))}distanceTo(e){return Math.sqrt(this.distanceToSquared(e))}distanceToSquared(e){const t=this.x-e.x,n=this.y-e.y,i=this.z-e.z;return t*t+n*n+i*i}manhattanDistanceTo(e){return Math.abs(this.x-e.x)+Math.abs(this.y-e.y)+Math.abs(this.z-e.z)}setFromSpherical(e){return this.setFromSphericalCoords(e.radius,e.phi,e.theta)}setFromSphericalCoords(e,t,n){const i=Math.sin(t)*e;return this.x=i*Math.sin(n),this.y=Math.cos(t)*e,this.z=i*Math.cos(n),this}setFromCylindrical(e){return this.setFromCylindricalCoords(e.radius,e.theta,e.y)}setFromCylindricalCoords(e,t,n){return this.x=e*Math.sin(t),this.y=n,this.z=e*Math.cos(t),this}setFromMatrixPosition(e){const t=e.elements;return this.x=t[12],this.y=t[13],this.z=t[14],this}setFromMatrixScale(e){const t=this.setFromMatrixColumn(e,0).length(),n=this.setFromMatrixColumn(e,1).length(),i=this.setFromMatrixColumn(e,2).length();return this.x=t,this.y=n,this.z=i,this}setFromMatrixColumn(e,t){return this.fromArray(e.elements,t*4)}setFromMatrix3Column(e,t){return this.fromArray(e.elements,t*3)}setFromEuler(e){return this.x=e._x,this.y=e._y,this.z=e._z,this}setFromColor(e){return this.x=e.r,this.y=e.g,this.z=e.b,this}equals(e){return e.x===this.x&&e.y===this.y&&e.z===this.z}fromArray(e,t=0){return this.x=e[t],this.y=e[t+1],this.z=e[t+2],this}toArray(e=[],t=0){return e[t]=this.x,e[t+1]=this.y,e[t+2]=this.z,e}fromBufferAttribute(e,t){return this.x=e.getX(t),this.y=e.getY(t),this.z=e.getZ(t),this}random(){return this.x=Math.random(),this.y=Math.random(),this.z=Math.random(),this}randomDirection(){const e=Math.random()*Math.PI*2,t=Math.random()*2-1,n=Math.sqrt(1-t*t);return this.x=n*Math.cos(e),this.y=t,this.z=n*Math.sin(e),this}*[Symbol.iterator](){yield this.x,yield this.y,yield this.z}}const ga=new U,dc=new vt;class Fe{static{this.prototype.isMatrix3=!0}constructor(e,t,n,i,r,a,o,l,c){this.elements=[1,0,0,0,1,0,0,0,1],e!==void 0&&this.set(e,t,n,i,r,a,o,l,c)}set(e,t,n,i,r,a,o,l,c){const h=this.elements;return h[0]=e,h[1]=i,h[2]=o,h[3]=t,h[4]=r,h[5]=l,h[6]=n,h[7]=a,h[8]=c,this}identity(){return this.set(1,0,0,0,1,0,0,0,1),this}copy(e){const t=this.elements,n=e.elements;return t[0]=n[0],t[1]=n[1],t[2]=n[2],t[3]=n[3],t[4]=n[4],t[5]=n[5],t[6]=n[6],t[7]=n[7],t[8]=n[8],this}extractBasis(e,t,n){return e.setFromMatrix3Column(this,0),t.setFromMatrix3Column(this,1),n.setFromMatrix3Column(this,2),this}setFromMatrix4(e){const t=e.elements;return this.set(t[0],t[4],t[8],t[1],t[5],t[9],t[2],t[6],t[10]),this}multiply(e){return this.multiplyMatrices(this,e)}premultiply(e){return this.multiplyMatrices(e,this)}multiplyMatrices(e,t){const n=e.elements,i=t.elements,r=this.elements,a=n[0],o=n[3],l=n[6],c=n[1],h=n[4],d=n[7],u=n[2],f=n[5],p=n[8],v=i[0],m=i[3],g=i[6],y=i[1],T=i[4],S=i[7],R=i[2],w=i[5],_=i[8];return r[0]=a*v+o*y+l*R,r[3]=a*m+o*T+l*w,r[6]=a*g+o*S+l*_,r[1]=c*v+h*y+d*R,r[4]=c*m+h*T+d*w,r[7]=c*g+h*S+d*_,r[2]=u*v+f*y+p*R,r[5]=u*m+f*T+p*w,r[8]=u*g+f*S+p*_,this}multiplyScalar(e){const t=this.elements;return t[0]*=e,t[3]*=e,t[6]*=e,t[1]*=e,t[4]*=e,t[7]*=e,t[2]*=e,t[5]*=e,t[8]*=e,this}determinant(){const e=this.elements,t=e[0],n=e[1],i=e[2],r=e[3],a=e[4],o=e[5],l=e[6],c=e[7],h=e[8];return t*a*h-t*o*c-n*r*h+n*o*l+i*r*c-i*a*l}invert(){const e=this.elements,t=e[0],n=e[1],i=e[2],r=e[3],a=e[4],o=e[5],l=e[6],c=e[7],h=e[8],d=h*a-o*c,u=o*l-h*r,f=c*r-a*l,p=t*d+n*u+i*f;if(p===0)return this.set(0,0,0,0,0,0,0,0,0);const v=1/p;return e[0]=d*v,e[1]=(i*c-h*n)*v,e[2]=(o*n-i*a)*v,e[3]=u*v,e[4]=(h*t-i*l)*v,e[5]=(i*r-o*t)*v,e[6]=f*v,e[7]=(n*l-c*t)*v,e[8]=(a*t-n*r)*v,this}transpose(){let e;const t=this.elements;return e=t[1],t[1]=t[3],t[3]=e,e=t[2],t[2]=t[6],t[6]=e,e=t[5],t[5]=t[7],t[7]=e,this}getNormalMatrix(e){return this.setFromMatrix4(e).invert().transpose()}transposeIntoArray(e){const t=this.elements;return e[0]=t[0],e[1]=t[3],e[2]=t[6],e[3]=t[1],e[4]=t[4],e[5]=t[7],e[6]=t[2],e[7]=t[5],e[8]=t[8],this}setUvTransform(e,t,n,i,r,a,o){const l=Math.cos(r),c=Math.sin(r);return this.set(n*l,n*c,-n*(l*a+c*o)+a+e,-i*c,i*l,-i*(-c*a+l*o)+o+t,0,0,1),this}scale(e,t){return Zi("Matrix3: .scale() is deprecated. Use .makeScale() instead."),this.premultiply(_a.makeScale(e,t)),this}rotate(e){return Zi("Matrix3: .rotate() is deprecated. Use .makeRotation() instead."),this.premultiply(_a.makeRotation(-e)),this}translate(e,t){return Zi("Matrix3: .translate() is deprecated. Use .makeTranslation() instead."),this.premultiply(_a.makeTranslation(e,t)),this}makeTranslation(e,t){return e.isVector2?this.set(1,0,e.x,0,1,e.y,0,0,1):this.set(1,0,e,0,1,t,0,0,1),this}makeRotation(e){const t=Math.cos(e),n=Math.sin(e);return this.set(t,-n,0,n,t,0,0,0,1),this}makeScale(e,t){return this.set(e,0,0,0,t,0,0,0,1),this}equals(e){const t=this.elements,n=e.elements;for(let i=0;i<9;i++)if(t[i]!==n[i])return!1;return!0}fromArray(e,t=0){for(let n=0;n<9;n++)this.elements[n]=e[n+t];return this}toArray(e=[],t=0){const n=this.elements;return e[t]=n[0],e[t+1]=n[1],e[t+2]=n[2],e[t+3]=n[3],e[t+4]=n[4],e[t+5]=n[5],e[t+6]=n[6],e[t+7]=n[7],e[t+8]=n[8],e}clone(){return new this.constructor().fromArray(this.elements)}}const _a=new Fe,uc=new Fe().set(.4123908,.3575843,.1804808,.212639,.7151687,.0721923,.0193308,.1191948,.9505322),fc=new Fe().set(3.2409699,-1.5373832,-.4986108,-.9692436,1.8759675,.0415551,.0556301,-.203977,1.0569715);function ip(){const s={enabled:!0,workingColorSpace:Qt,spaces:{},convert:function(i,r,a){return this.enabled===!1||r===a||!r||!a||(this.spaces[r].transfer===nt&&(i.r=Zn(i.r),i.g=Zn(i.g),i.b=Zn(i.b)),this.spaces[r].primaries!==this.spaces[a].primaries&&(i.applyMatrix3(this.spaces[r].toXYZ),i.applyMatrix3(this.spaces[a].fromXYZ)),this.spaces[a].transfer===nt&&(i.r=Ji(i.r),i.g=Ji(i.g),i.b=Ji(i.b))),i},workingToColorSpace:function(i,r){return this.convert(i,this.workingColorSpace,r)},colorSpaceToWorking:function(i,r){return this.convert(i,r,this.workingColorSpace)},getPrimaries:function(i){return this.spaces[i].primaries},getTransfer:function(i){return i===ci?Zr:this.spaces[i].transfer},getToneMappingMode:function(i){return this.spaces[i].outputColorSpaceConfig.toneMappingMode||"standard"},getLuminanceCoefficients:function(i,r=this.workingColorSpace){return i.fromArray(this.spaces[r].luminanceCoefficients)},define:function(i){Object.assign(this.spaces,i)},_getMatrix:function(i,r,a){return i.copy(this.spaces[a].fromXYZ).multiply(this.spaces[r].toXYZ)},_getDrawingBufferColorSpace:function(i){return this.spaces[i].outputColorSpaceConfig.drawingBufferColorSpace},_getUnpackColorSpace:function(i=this.workingColorSpace){return this.spaces[i].workingColorSpaceConfig.unpackColorSpace}},e=[.64,.33,.3,.6,.15,.06],t=[.2126,.7152,.0722],n=[.3127,.329];return s.define({[Qt]:{primaries:e,whitePoint:n,transfer:Zr,toXYZ:uc,fromXYZ:fc,luminanceCoefficients:t,workingColorSpaceConfig:{unpackColorSpace:It},outputColorSpaceConfig:{drawingBufferColorSpace:It}},[It]:{primaries:e,whitePoint:n,transfer:nt,toXYZ:uc,fromXYZ:fc,luminanceCoefficients:t,outputColorSpaceConfig:{drawingBufferColorSpace:It}}}),s}const $e=ip();function Zn(s){return s<.04045?s*.0773993808:Math.pow(s*.9478672986+.0521327014,2.4)}function Ji(s){return s<.0031308?s*12.92:1.055*Math.pow(s,.41666)-.055}let Ci;class sp{static getDataURL(e,t="image/png"){if(/^data:/i.test(e.src)||typeof HTMLCanvasElement>"u")return e.src;let n;if(e instanceof HTMLCanvasElement)n=e;else{Ci===void 0&&(Ci=Ks("canvas")),Ci.width=e.width,Ci.height=e.height;const i=Ci.getContext("2d");e instanceof ImageData?i.putImageData(e,0,0):i.drawImage(e,0,0,e.width,e.height),n=Ci}return n.toDataURL(t)}static sRGBToLinear(e){if(typeof HTMLImageElement<"u"&&e instanceof HTMLImageElement||typeof HTMLCanvasElement<"u"&&e instanceof HTMLCanvasElement||typeof ImageBitmap<"u"&&e instanceof ImageBitmap){const t=Ks("canvas");t.width=e.width,t.height=e.height;const n=t.getContext("2d");n.drawImage(e,0,0,e.width,e.height);const i=n.getImageData(0,0,e.width,e.height),r=i.data;for(let a=0;a<r.length;a++)r[a]=Zn(r[a]/255)*255;return n.putImageData(i,0,0),t}else if(e.data){const t=e.data.slice(0);for(let n=0;n<t.length;n++)t instanceof Uint8Array||t instanceof Uint8ClampedArray?t[n]=Math.floor(Zn(t[n]/255)*255):t[n]=Zn(t[n]);return{data:t,width:e.width,height:e.height}}else return Te("ImageUtils.sRGBToLinear(): Unsupported image type. No color space conversion applied."),e}}let rp=0;class Sl{constructor(e=null){this.isTextureSource=!0,Object.defineProperty(this,"id",{value:rp++}),this.uuid=Bn(),this.data=e,this.dataReady=!0,this.version=0}getSize(e){const t=this.data;return typeof HTMLVideoElement<"u"&&t instanceof HTMLVideoElement?e.set(t.videoWidth,t.videoHeight,0):typeof VideoFrame<"u"&&t instanceof VideoFrame?e.set(t.displayWidth,t.displayHeight,0):t!==null?e.set(t.width||0,t.height||0,t.depth||0):e.set(0,0,0),e}set needsUpdate(e){e===!0&&this.version++}toJSON(e){const t=e===void 0||typeof e=="string";if(!t&&e.images[this.uuid]!==void 0)return e.images[this.uuid];const n={uuid:this.uuid,url:""},i=this.data;if(i!==null){let r;if(Array.isArray(i)){r=[];for(let a=0,o=i.length;a<o;a++)i[a].isDataTexture?r.push(va(i[a].image)):r.push(va(i[a]))}else r=va(i);n.url=r}return t||(e.images[this.uuid]=n),n}}function va(s){return typeof HTMLImageElement<"u"&&s instanceof HTMLImageElement||typeof HTMLCanvasElement<"u"&&s instanceof HTMLCanvasElement||typeof ImageBitmap<"u"&&s instanceof ImageBitmap?sp.getDataURL(s):s.data?{data:Array.from(s.data),width:s.width,height:s.height,type:s.data.constructor.name}:(Te("Texture: Unable to serialize Texture."),{})}let ap=0;const xa=new U;class bt extends Jn{constructor(e=bt.DEFAULT_IMAGE,t=bt.DEFAULT_MAPPING,n=Nn,i=Nn,r=Nt,a=Un,o=vn,l=jt,c=bt.DEFAULT_ANISOTROPY,h=ci){super(),this.isTexture=!0,Object.defineProperty(this,"id",{value:ap++}),this.uuid=Bn(),this.name="",this.source=new Sl(e),this.mipmaps=[],this.mapping=t,this.channel=0,this.wrapS=n,this.wrapT=i,this.magFilter=r,this.minFilter=a,this.anisotropy=c,this.format=o,this.internalFormat=null,this.type=l,this.offset=new De(0,0),this.repeat=new De(1,1),this.center=new De(0,0),this.rotation=0,this.matrixAutoUpdate=!0,this.matrix=new Fe,this.generateMipmaps=!0,this.mipmapsAutoUpdate=!0,this.premultiplyAlpha=!1,this.flipY=!0,this.unpackAlignment=4,this.colorSpace=h,this.userData={},this.updateRanges=[],this.version=0,this.onUpdate=null,this.renderTarget=null,this.isRenderTargetTexture=!1,this.isArrayTexture=!!(e&&e.depth&&e.depth>1),this.pmremVersion=0,this.isPMREMTexture=!1,this.normalized=!1}get width(){return this.source.getSize(xa).x}get height(){return this.source.getSize(xa).y}get depth(){return this.source.getSize(xa).z}get image(){return this.source.data}set image(e){this.source.data=e}updateMatrix(){this.matrix.setUvTransform(this.offset.x,this.offset.y,this.repeat.x,this.repeat.y,this.rotation,this.center.x,this.center.y)}addUpdateRange(e,t){this.updateRanges.push({start:e,count:t})}clearUpdateRanges(){this.updateRanges.length=0}clone(){return new this.constructor().copy(this)}copy(e){return this.name=e.name,this.source=e.source,this.mipmaps=e.mipmaps.slice(0),this.mapping=e.mapping,this.channel=e.channel,this.wrapS=e.wrapS,this.wrapT=e.wrapT,this.magFilter=e.magFilter,this.minFilter=e.minFilter,this.anisotropy=e.anisotropy,this.format=e.format,this.internalFormat=e.internalFormat,this.type=e.type,this.normalized=e.normalized,this.offset.copy(e.offset),this.repeat.copy(e.repeat),this.center.copy(e.center),this.rotation=e.rotation,this.matrixAutoUpdate=e.matrixAutoUpdate,this.matrix.copy(e.matrix),this.generateMipmaps=e.generateMipmaps,this.mipmapsAutoUpdate=e.mipmapsAutoUpdate,this.premultiplyAlpha=e.premultiplyAlpha,this.flipY=e.flipY,this.unpackAlignment=e.unpackAlignment,this.colorSpace=e.colorSpace,this.renderTarget=e.renderTarget,this.isRenderTargetTexture=e.isRenderTargetTexture,this.isPMREMTexture=e.isPMREMTexture,this.isArrayTexture=e.isArrayTexture,this.userData=JSON.parse(JSON.stringify(e.userData)),this.needsUpdate=!0,this}setValues(e){for(const t in e){const n=e[t];if(n===void 0){Te(`Texture.setValues(): parameter '${t}' has value of undefined.`);continue}const i=this[t];if(i===void 0){Te(`Texture.setValues(): property '${t}' does not exist.`);continue}i&&n&&i.isVector2&&n.isVector2||i&&n&&i.isVector3&&n.isVector3||i&&n&&i.isMatrix3&&n.isMatrix3?i.copy(n):this[t]=n}}toJSON(e){const t=e===void 0||typeof e=="string";if(!t&&e.textures[this.uuid]!==void 0)return e.textures[this.uuid];const n={metadata:{version:4.7,type:"Texture",generator:"Texture.toJSON"},uuid:this.uuid,name:this.name,image:this.source.toJSON(e).uuid,mapping:this.mapping,channel:this.channel,repeat:[this.repeat.x,this.repeat.y],offset:[this.offset.x,this.offset.y],center:[this.center.x,this.center.y],rotation:this.rotation,wrap:[this.wrapS,this.wrapT],format:this.format,internalFormat:this.internalFormat,type:this.type,normalized:this.normalized,colorSpace:this.colorSpace,minFilter:this.minFilter,magFilter:this.magFilter,anisotropy:this.anisotropy,flipY:this.flipY,generateMipmaps:this.generateMipmaps,mipmapsAutoUpdate:this.mipmapsAutoUpdate,premultiplyAlpha:this.premultiplyAlpha,unpackAlignment:this.unpackAlignment};return Object.keys(this.userData).length>0&&(n.userData=this.userData),t||(e.textures[this.uuid]=n),n}dispose(){this.dispatchEvent({type:"dispose"})}transformUv(e){if(this.mapping!==_d)return e;if(e.applyMatrix3(this.matrix),e.x<0||e.x>1)switch(this.wrapS){case ns:e.x=e.x-Math.floor(e.x);break;case Nn:e.x=e.x<0?0:1;break;case $r:Math.abs(Math.floor(e.x)%2)===1?e.x=Math.ceil(e.x)-e.x:e.x=e.x-Math.floor(e.x);break}if(e.y<0||e.y>1)switch(this.wrapT){case ns:e.y=e.y-Math.floor(e.y);break;case Nn:e.y=e.y<0?0:1;break;case $r:Math.abs(Math.floor(e.y)%2)===1?e.y=Math.ceil(e.y)-e.y:e.y=e.y-Math.floor(e.y);break}return this.flipY&&(e.y=1-e.y),e}set needsUpdate(e){e===!0&&(this.version++,this.source.needsUpdate=!0)}set needsPMREMUpdate(e){e===!0&&this.pmremVersion++}}bt.DEFAULT_IMAGE=null;bt.DEFAULT_MAPPING=_d;bt.DEFAULT_ANISOTROPY=1;class at{static{this.prototype.isVector4=!0}constructor(e=0,t=0,n=0,i=1){this.x=e,this.y=t,this.z=n,this.w=i}get width(){return this.z}set width(e){this.z=e}get height(){return this.w}set height(e){this.w=e}set(e,t,n,i){return this.x=e,this.y=t,this.z=n,this.w=i,this}setScalar(e){return this.x=e,this.y=e,this.z=e,this.w=e,this}setX(e){return this.x=e,this}setY(e){return this.y=e,this}setZ(e){return this.z=e,this}setW(e){return this.w=e,this}setComponent(e,t){switch(e){case 0:this.x=t;break;case 1:this.y=t;break;case 2:this.z=t;break;case 3:this.w=t;break;default:throw new Error("THREE.Vector4: index is out of range: "+e)}return this}getComponent(e){switch(e){case 0:return this.x;case 1:return this.y;case 2:return this.z;case 3:return this.w;default:throw new Error("THREE.Vector4: index is out of range: "+e)}}clone(){return new this.constructor(this.x,this.y,this.z,this.w)}copy(e){return this.x=e.x,this.y=e.y,this.z=e.z,this.w=e.w!==void 0?e.w:1,this}add(e){return this.x+=e.x,this.y+=e.y,this.z+=e.z,this.w+=e.w,this}addScalar(e){return this.x+=e,this.y+=e,this.z+=e,this.w+=e,this}addVectors(e,t){return this.x=e.x+t.x,this.y=e.y+t.y,this.z=e.z+t.z,this.w=e.w+t.w,this}addScaledVector(e,t){return this.x+=e.x*t,this.y+=e.y*t,this.z+=e.z*t,this.w+=e.w*t,this}sub(e){return this.x-=e.x,this.y-=e.y,this.z-=e.z,this.w-=e.w,this}subScalar(e){return this.x-=e,this.y-=e,this.z-=e,this.w-=e,this}subVectors(e,t){return this.x=e.x-t.x,this.y=e.y-t.y,this.z=e.z-t.z,this.w=e.w-t.w,this}multiply(e){return this.x*=e.x,this.y*=e.y,this.z*=e.z,this.w*=e.w,this}multiplyScalar(e){return this.x*=e,this.y*=e,this.z*=e,this.w*=e,this}applyMatrix4(e){const t=this.x,n=this.y,i=this.z,r=this.w,a=e.elements;return this.x=a[0]*t+a[4]*n+a[8]*i+a[12]*r,this.y=a[1]*t+a[5]*n+a[9]*i+a[13]*r,this.z=a[2]*t+a[6]*n+a[10]*i+a[14]*r,this.w=a[3]*t+a[7]*n+a[11]*i+a[15]*r,this}divide(e){return this.x/=e.x,this.y/=e.y,this.z/=e.z,this.w/=e.w,this}divideScalar(e){return this.multiplyScalar(1/e)}setAxisAngleFromQuaternion(e){this.w=2*Math.acos(e.w);const t=Math.sqrt(1-e.w*e.w);return t<1e-4?(this.x=1,this.y=0,this.z=0):(this.x=e.x/t,this.y=e.y/t,this.z=e.z/t),this}setAxisAngleFromRotationMatrix(e){let t,n,i,r;const l=e.elements,c=l[0],h=l[4],d=l[8],u=l[1],f=l[5],p=l[9],v=l[2],m=l[6],g=l[10];if(Math.abs(h-u)<.01&&Math.abs(d-v)<.01&&Math.abs(p-m)<.01){if(Math.abs(h+u)<.1&&Math.abs(d+v)<.1&&Math.abs(p+m)<.1&&Math.abs(c+f+g-3)<.1)return this.set(1,0,0,0),this;t=Math.PI;const T=(c+1)/2,S=(f+1)/2,R=(g+1)/2,w=(h+u)/4,_=(d+v)/4,b=(p+m)/4;return T>S&&T>R?T<.01?(n=0,i=.707106781,r=.707106781):(n=Math.sqrt(T),i=w/n,r=_/n):S>R?S<.01?(n=.707106781,i=0,r=.707106781):(i=Math.sqrt(S),n=w/i,r=b/i):R<.01?(n=.707106781,i=.707106781,r=0):(r=Math.sqrt(R),n=_/r,i=b/r),this.set(n,i,r,t),this}let y=Math.sqrt((m-p)*(m-p)+(d-v)*(d-v)+(u-h)*(u-h));return Math.abs(y)<.001&&(y=1),this.x=(m-p)/y,this.y=(d-v)/y,this.z=(u-h)/y,this.w=Math.acos((c+f+g-1)/2),this}setFromMatrixPosition(e){const t=e.elements;return this.x=t[12],this.y=t[13],this.z=t[14],this.w=t[15],this}min(e){return this.x=Math.min(this.x,e.x),this.y=Math.min(this.y,e.y),this.z=Math.min(this.z,e.z),this.w=Math.min(this.w,e.w),this}max(e){return this.x=Math.max(this.x,e.x),this.y=Math.max(this.y,e.y),this.z=Math.max(this.z,e.z),this.w=Math.max(this.w,e.w),this}clamp(e,t){return this.x=We(this.x,e.x,t.x),this.y=We(this.y,e.y,t.y),this.z=We(this.z,e.z,t.z),this.w=We(this.w,e.w,t.w),this}clampScalar(e,t){return this.x=We(this.x,e,t),this.y=We(this.y,e,t),this.z=We(this.z,e,t),this.w=We(this.w,e,t),this}clampLength(e,t){const n=this.length();return this.divideScalar(n||1).multiplyScalar(We(n,e,t))}floor(){return this.x=Math.floor(this.x),this.y=Math.floor(this.y),this.z=Math.floor(this.z),this.w=Math.floor(this.w),this}ceil(){return this.x=Math.ceil(this.x),this.y=Math.ceil(this.y),this.z=Math.ceil(this.z),this.w=Math.ceil(this.w),this}round(){return this.x=Math.round(this.x),this.y=Math.round(this.y),this.z=Math.round(this.z),this.w=Math.round(this.w),this}roundToZero(){return this.x=Math.trunc(this.x),this.y=Math.trunc(this.y),this.z=Math.trunc(this.z),this.w=Math.trunc(this.w),this}negate(){return this.x=-this.x,this.y=-this.y,this.z=-this.z,this.w=-this.w,this}dot(e){return this.x*e.x+this.y*e.y+this.z*e.z+this.w*e.w}lengthSq(){return this.x*this.x+this.y*this.y+this.z*this.z+this.w*this.w}length(){return Math.sqrt(this.x*this.x+this.y*this.y+this.z*this.z+this.w*this.w)}manhattanLength(){return Math.abs(this.x)+Math.abs(this.y)+Math.abs(this.z)+Math.abs(this.w)}normalize(){return this.divideScalar(this.length()||1)}setLength(e){return this.normalize().multiplyScalar(e)}lerp(e,t){return this.x+=(e.x-this.x)*t,this.y+=(e.y-this.y)*t,this.z+=(e.z-this.z)*t,this.w+=(e.w-this.w)*t,this}lerpVectors(e,t,n){return this.x=e.x+(t.x-e.x)*n,this.y=e.y+(t.y-e.y)*n,this.z=e.z+(t.z-e.z)*n,this.w=e.w+(t.w-e.w)*n,this}equals(e){return e.x===this.x&&e.y===this.y&&e.z===this.z&&e.w===this.w}fromArray(e,t=0){return this.x=e[t],this.y=e[t+1],this.z=e[t+2],this.w=e[t+3],this}toArray(e=[],t=0){return e[t]=this.x,e[t+1]=this.y,e[t+2]=this.z,e[t+3]=this.w,e}fromBufferAttribute(e,t){return this.x=e.getX(t),this.y=e.getY(t),this.z=e.getZ(t),this.w=e.getW(t),this}random(){return this.x=Math.random(),this.y=Math.random(),this.z=Math.random(),this.w=Math.random(),this}*[Symbol.iterator](){yield this.x,yield this.y,yield this.z,yield this.w}}class op extends Jn{constructor(e=1,t=1,n={}){super(),n=Object.assign({generateMipmaps:!1,internalFormat:null,minFilter:Nt,depthBuffer:!0,stencilBuffer:!1,resolveColorBuffer:!0,resolveDepthBuffer:!0,resolveStencilBuffer:!0,storeMultisampledColorBuffer:!0,storeMultisampledDepthBuffer:!0,storeMultisampledStencilBuffer:!0,depthTexture:null,samples:0,count:1,depth:1,multiview:!1,useArrayDepthTexture:!1},n),this.isRenderTarget=!0,this.width=e,this.height=t,this.depth=n.depth,this.scissor=new at(0,0,e,t),this.scissorTest=!1,this.viewport=new at(0,0,e,t),this.textures=[];const i=n.count;for(let r=0;r<i;r++)this.textures[r]=new bt({width:e,height:t,depth:n.depth}),this.textures[r].isRenderTargetTexture=!0,this.textures[r].renderTarget=this;this._setTextureOptions(n),this.depthBuffer=n.depthBuffer,this.stencilBuffer=n.stencilBuffer,this.resolveColorBuffer=n.resolveColorBuffer,this.resolveDepthBuffer=n.resolveDepthBuffer,this.resolveStencilBuffer=n.resolveStencilBuffer,this.storeMultisampledColorBuffer=n.storeMultisampledColorBuffer,this.storeMultisampledDepthBuffer=n.storeMultisampledDepthBuffer,this.storeMultisampledStencilBuffer=n.storeMultisampledStencilBuffer,this._depthTexture=null,this.depthTexture=n.depthTexture,this.samples=n.samples,this.multiview=n.multiview,this.useArrayDepthTexture=n.useArrayDepthTexture}_setTextureOptions(e={}){const t={minFilter:Nt,generateMipmaps:!1,flipY:!1,internalFormat:null};e.mapping!==void 0&&(t.mapping=e.mapping),e.wrapS!==void 0&&(t.wrapS=e.wrapS),e.wrapT!==void 0&&(t.wrapT=e.wrapT),e.wrapR!==void 0&&(t.wrapR=e.wrapR),e.magFilter!==void 0&&(t.magFilter=e.magFilter),e.minFilter!==void 0&&(t.minFilter=e.minFilter),e.format!==void 0&&(t.format=e.format),e.type!==void 0&&(t.type=e.type),e.anisotropy!==void 0&&(t.anisotropy=e.anisotropy),e.colorSpace!==void 0&&(t.colorSpace=e.colorSpace),e.flipY!==void 0&&(t.flipY=e.flipY),e.generateMipmaps!==void 0&&(t.generateMipmaps=e.generateMipmaps),e.mipmapsAutoUpdate!==void 0&&(t.mipmapsAutoUpdate=e.mipmapsAutoUpdate),e.internalFormat!==void 0&&(t.internalFormat=e.internalFormat);for(let n=0;n<this.textures.length;n++)this.textures[n].setValues(t)}get texture(){return this.textures[0]}set texture(e){this.textures[0]=e}set depthTexture(e){this._depthTexture!==null&&this._depthTexture.renderTarget===this&&(this._depthTexture.renderTarget=null),e!==null&&e.renderTarget===null&&(e.renderTarget=this),this._depthTexture=e}get depthTexture(){return this._depthTexture}setSize(e,t,n=1){if(this.width!==e||this.height!==t||this.depth!==n){this.width=e,this.height=t,this.depth=n;for(let i=0,r=this.textures.length;i<r;i++)this.textures[i].image.width=e,this.textures[i].image.height=t,this.textures[i].image.depth=n,this.textures[i].isData3DTexture!==!0&&(this.textures[i].isArrayTexture=this.textures[i].image.depth>1);this.dispose()}this.viewport.set(0,0,e,t),this.scissor.set(0,0,e,t)}clone(){return new this.constructor().copy(this)}copy(e){this.width=e.width,this.height=e.height,this.depth=e.depth,this.scissor.copy(e.scissor),this.scissorTest=e.scissorTest,this.viewport.copy(e.viewport),this.textures.length=0;for(let t=0,n=e.textures.length;t<n;t++){this.textures[t]=e.textures[t].clone(),this.textures[t].isRenderTargetTexture=!0,this.textures[t].renderTarget=this;const i=Object.assign({},e.textures[t].image);this.textures[t].source=new Sl(i)}if(this.depthBuffer=e.depthBuffer,this.stencilBuffer=e.stencilBuffer,this.resolveColorBuffer=e.resolveColorBuffer,this.resolveDepthBuffer=e.resolveDepthBuffer,this.resolveStencilBuffer=e.resolveStencilBuffer,this.storeMultisampledColorBuffer=e.storeMultisampledColorBuffer,this.storeMultisampledDepthBuffer=e.storeMultisampledDepthBuffer,this.storeMultisampledStencilBuffer=e.storeMultisampledStencilBuffer,e.depthTexture!==null)if(e.depthTexture.renderTarget===e){const t=e.depthTexture.clone();t.renderTarget=null,this.depthTexture=t}else this.depthTexture=e.depthTexture;else this.depthTexture=null;return this.samples=e.samples,this.multiview=e.multiview,this.useArrayDepthTexture=e.useArrayDepthTexture,this}dispose(){this.dispatchEvent({type:"dispose"})}}class kn extends op{constructor(e=1,t=1,n={}){super(e,t,n),this.isWebGLRenderTarget=!0}}class Dd extends bt{constructor(e=null,t=1,n=1,i=1){super(null),this.isDataArrayTexture=!0,this.image={data:e,width:t,height:n,depth:i},this.magFilter=St,this.minFilter=St,this.wrapR=Nn,this.generateMipmaps=!1,this.flipY=!1,this.unpackAlignment=1,this.layerUpdates=new Set}copy(e){return super.copy(e),this.wrapR=e.wrapR,this}addLayerUpdate(e){this.layerUpdates.add(e)}clearLayerUpdates(){this.layerUpdates.clear()}}class lp extends bt{constructor(e=null,t=1,n=1,i=1){super(null),this.isData3DTexture=!0,this.image={data:e,width:t,height:n,depth:i},this.magFilter=St,this.minFilter=St,this.wrapR=Nn,this.generateMipmaps=!1,this.flipY=!1,this.unpackAlignment=1}copy(e){return super.copy(e),this.wrapR=e.wrapR,this}}class He{static{this.prototype.isMatrix4=!0}constructor(e,t,n,i,r,a,o,l,c,h,d,u,f,p,v,m){this.elements=[1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1],e!==void 0&&this.set(e,t,n,i,r,a,o,l,c,h,d,u,f,p,v,m)}set(e,t,n,i,r,a,o,l,c,h,d,u,f,p,v,m){const g=this.elements;return g[0]=e,g[4]=t,g[8]=n,g[12]=i,g[1]=r,g[5]=a,g[9]=o,g[13]=l,g[2]=c,g[6]=h,g[10]=d,g[14]=u,g[3]=f,g[7]=p,g[11]=v,g[15]=m,this}identity(){return this.set(1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1),this}clone(){return new He().fromArray(this.elements)}copy(e){const t=this.elements,n=e.elements;return t[0]=n[0],t[1]=n[1],t[2]=n[2],t[3]=n[3],t[4]=n[4],t[5]=n[5],t[6]=n[6],t[7]=n[7],t[8]=n[8],t[9]=n[9],t[10]=n[10],t[11]=n[11],t[12]=n[12],t[13]=n[13],t[14]=n[14],t[15]=n[15],this}copyPosition(e){const t=this.elements,n=e.elements;return t[12]=n[12],t[13]=n[13],t[14]=n[14],this}setFromMatrix3(e){const t=e.elements;return this.set(t[0],t[3],t[6],0,t[1],t[4],t[7],0,t[2],t[5],t[8],0,0,0,0,1),this}extractBasis(e,t,n){return this.determinantAffine()===0?(e.set(1,0,0),t.set(0,1,0),n.set(0,0,1),this):(e.setFromMatrixColumn(this,0),t.setFromMatrixColumn(this,1),n.setFromMatrixColumn(this,2),this)}makeBasis(e,t,n){return this.set(e.x,t.x,n.x,0,e.y,t.y,n.y,0,e.z,t.z,n.z,0,0,0,0,1),this}extractRotation(e){if(e.determinantAffine()===0)return this.identity();const t=this.elements,n=e.elements,i=1/Li.setFromMatrixColumn(e,0).length(),r=1/Li.setFromMatrixColumn(e,1).length(),a=1/Li.setFromMatrixColumn(e,2).length();return t[0]=n[0]*i,t[1]=n[1]*i,t[2]=n[2]*i,t[3]=0,t[4]=n[4]*r,t[5]=n[5]*r,t[6]=n[6]*r,t[7]=0,t[8]=n[8]*a,t[9]=n[9]*a,t[10]=n[10]*a,t[11]=0,t[12]=0,t[13]=0,t[14]=0,t[15]=1,this}makeRotationFromEuler(e){const t=this.elements,n=e.x,i=e.y,r=e.z,a=Math.cos(n),o=Math.sin(n),l=Math.cos(i),c=Math.sin(i),h=Math.cos(r),d=Math.sin(r);if(e.order==="XYZ"){const u=a*h,f=a*d,p=o*h,v=o*d;t[0]=l*h,t[4]=-l*d,t[8]=c,t[1]=f+p*c,t[5]=u-v*c,t[9]=-o*l,t[2]=v-u*c,t[6]=p+f*c,t[10]=a*l}else if(e.order==="YXZ"){const u=l*h,f=l*d,p=c*h,v=c*d;t[0]=u+v*o,t[4]=p*o-f,t[8]=a*c,t[1]=a*d,t[5]=a*h,t[9]=-o,t[2]=f*o-p,t[6]=v+u*o,t[10]=a*l}else if(e.order==="ZXY"){const u=l*h,f=l*d,p=c*h,v=c*d;t[0]=u-v*o,t[4]=-a*d,t[8]=p+f*o,t[1]=f+p*o,t[5]=a*h,t[9]=v-u*o,t[2]=-a*c,t[6]=o,t[10]=a*l}else if(e.order==="ZYX"){const u=a*h,f=a*d,p=o*h,v=o*d;t[0]=l*h,t[4]=p*c-f,t[8]=u*c+v,t[1]=l*d,t[5]=v*c+u,t[9]=f*c-p,t[2]=-c,t[6]=o*l,t[10]=a*l}else if(e.order==="YZX"){const u=a*l,f=a*c,p=o*l,v=o*c;t[0]=l*h,t[4]=v-u*d,t[8]=p*d+f,t[1]=d,t[5]=a*h,t[9]=-o*h,t[2]=-c*h,t[6]=f*d+p,t[10]=u-v*d}else if(e.order==="XZY"){const u=a*l,f=a*c,p=o*l,v=o*c;t[0]=l*h,t[4]=-d,t[8]=c*h,t[1]=u*d+v,t[5]=a*h,t[9]=f*d-p,t[2]=p*d-f,t[6]=o*h,t[10]=v*d+u}return t[3]=0,t[7]=0,t[11]=0,t[12]=0,t[13]=0,t[14]=0,t[15]=1,this}makeRotationFromQuaternion(e){return this.compose(cp,e,hp)}lookAt(e,t,n){const i=this.elements;return Kt.subVectors(e,t),Kt.lengthSq()===0&&(Kt.z=1),Kt.normalize(),ti.crossVectors(n,Kt),ti.lengthSq()===0&&(Math.abs(n.z)===1?Kt.x+=1e-4:Kt.z+=1e-4,Kt.normalize(),ti.crossVectors(n,Kt)),ti.normalize(),sr.crossVectors(Kt,ti),i[0]=ti.x,i[4]=sr.x,i[8]=Kt.x,i[1]=ti.y,i[5]=sr.y,i[9]=Kt.y,i[2]=ti.z,i[6]=sr.z,i[10]=Kt.z,this}multiply(e){return this.multiplyMatrices(this,e)}premultiply(e){return this.multiplyMatrices(e,this)}multiplyMatrices(e,t){const n=e.elements,i=t.elements,r=this.elements,a=n[0],o=n[4],l=n[8],c=n[12],h=n[1],d=n[5],u=n[9],f=n[13],p=n[2],v=n[6],m=n[10],g=n[14],y=n[3],T=n[7],S=n[11],R=n[15],w=i[0],_=i[4],b=i[8],k=i[12],P=i[1],N=i[5],G=i[9],$=i[13],I=i[2],W=i[6],J=i[10],z=i[14],te=i[3],H=i[7],K=i[11],ee=i[15];return r[0]=a*w+o*P+l*I+c*te,r[4]=a*_+o*N+l*W+c*H,r[8]=a*b+o*G+l*J+c*K,r[12]=a*k+o*$+l*z+c*ee,r[1]=h*w+d*P+u*I+f*te,r[5]=h*_+d*N+u*W+f*H,r[9]=h*b+d*G+u*J+f*K,r[13]=h*k+d*$+u*z+f*ee,r[2]=p*w+v*P+m*I+g*te,r[6]=p*_+v*N+m*W+g*H,r[10]=p*b+v*G+m*J+g*K,r[14]=p*k+v*$+m*z+g*ee,r[3]=y*w+T*P+S*I+R*te,r[7]=y*_+T*N+S*W+R*H,r[11]=y*b+T*G+S*J+R*K,r[15]=y*k+T*$+S*z+R*ee,this}multiplyScalar(e){const t=this.elements;return t[0]*=e,t[4]*=e,t[8]*=e,t[12]*=e,t[1]*=e,t[5]*=e,t[9]*=e,t[13]*=e,t[2]*=e,t[6]*=e,t[10]*=e,t[14]*=e,t[3]*=e,t[7]*=e,t[11]*=e,t[15]*=e,this}determinant(){const e=this.elements,t=e[0],n=e[4],i=e[8],r=e[12],a=e[1],o=e[5],l=e[9],c=e[13],h=e[2],d=e[6],u=e[10],f=e[14],p=e[3],v=e[7],m=e[11],g=e[15],y=l*f-c*u,T=o*f-c*d,S=o*u-l*d,R=a*f-c*h,w=a*u-l*h,_=a*d-o*h;return t*(v*y-m*T+g*S)-n*(p*y-m*R+g*w)+i*(p*T-v*R+g*_)-r*(p*S-v*w+m*_)}determinantAffine(){const e=this.elements,t=e[0],n=e[4],i=e[8],r=e[1],a=e[5],o=e[9],l=e[2],c=e[6],h=e[10];return t*(a*h-o*c)-n*(r*h-o*l)+i*(r*c-a*l)}transpose(){const e=this.elements;let t;return t=e[1],e[1]=e[4],e[4]=t,t=e[2],e[2]=e[8],e[8]=t,t=e[6],e[6]=e[9],e[9]=t,t=e[3],e[3]=e[12],e[12]=t,t=e[7],e[7]=e[13],e[13]=t,t=e[11],e[11]=e[14],e[14]=t,this}setPosition(e,t,n){const i=this.elements;return e.isVector3?(i[12]=e.x,i[13]=e.y,i[14]=e.z):(i[12]=e,i[13]=t,i[14]=n),this}invert(){const e=this.elements,t=e[0],n=e[1],i=e[2],r=e[3],a=e[4],o=e[5],l=e[6],c=e[7],h=e[8],d=e[9],u=e[10],f=e[11],p=e[12],v=e[13],m=e[14],g=e[15],y=t*o-n*a,T=t*l-i*a,S=t*c-r*a,R=n*l-i*o,w=n*c-r*o,_=i*c-r*l,b=h*v-d*p,k=h*m-u*p,P=h*g-f*p,N=d*m-u*v,G=d*g-f*v,$=u*g-f*m,I=y*$-T*G+S*N+R*P-w*k+_*b;if(I===0)return this.set(0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0);const W=1/I;return e[0]=(o*$-l*G+c*N)*W,e[1]=(i*G-n*$-r*N)*W,e[2]=(v*_-m*w+g*R)*W,e[3]=(u*w-d*_-f*R)*W,e[4]=(l*P-a*$-c*k)*W,e[5]=(t*$-i*P+r*k)*W,e[6]=(m*S-p*_-g*T)*W,e[7]=(h*_-u*S+f*T)*W,e[8]=(a*G-o*P+c*b)*W,e[9]=(n*P-t*G-r*b)*W,e[10]=(p*w-v*S+g*y)*W,e[11]=(d*S-h*w-f*y)*W,e[12]=(o*k-a*N-l*b)*W,e[13]=(t*N-n*k+i*b)*W,e[14]=(v*T-p*R-m*y)*W,e[15]=(h*R-d*T+u*y)*W,this}scale(e){const t=this.elements,n=e.x,i=e.y,r=e.z;return t[0]*=n,t[4]*=i,t[8]*=r,t[1]*=n,t[5]*=i,t[9]*=r,t[2]*=n,t[6]*=i,t[10]*=r,t[3]*=n,t[7]*=i,t[11]*=r,this}getMaxScaleOnAxis(){const e=this.elements,t=e[0]*e[0]+e[1]*e[1]+e[2]*e[2],n=e[4]*e[4]+e[5]*e[5]+e[6]*e[6],i=e[8]*e[8]+e[9]*e[9]+e[10]*e[10];return Math.sqrt(Math.max(t,n,i))}makeTranslation(e,t,n){return e.isVector3?this.set(1,0,0,e.x,0,1,0,e.y,0,0,1,e.z,0,0,0,1):this.set(1,0,0,e,0,1,0,t,0,0,1,n,0,0,0,1),this}makeRotationX(e){const t=Math.cos(e),n=Math.sin(e);return this.set(1,0,0,0,0,t,-n,0,0,n,t,0,0,0,0,1),this}makeRotationY(e){const t=Math.cos(e),n=Math.sin(e);return this.set(t,0,n,0,0,1,0,0,-n,0,t,0,0,0,0,1),this}makeRotationZ(e){const t=Math.cos(e),n=Math.sin(e);return this.set(t,-n,0,0,n,t,0,0,0,0,1,0,0,0,0,1),this}makeRotationAxis(e,t){const n=Math.cos(t),i=Math.sin(t),r=1-n,a=e.x,o=e.y,l=e.z,c=r*a,h=r*o;return this.set(c*a+n,c*o-i*l,c*l+i*o,0,c*o+i*l,h*o+n,h*l-i*a,0,c*l-i*o,h*l+i*a,r*l*l+n,0,0,0,0,1),this}makeScale(e,t,n){return this.set(e,0,0,0,0,t,0,0,0,0,n,0,0,0,0,1),this}makeShear(e,t,n,i,r,a){return this.set(1,n,r,0,e,1,a,0,t,i,1,0,0,0,0,1),this}compose(e,t,n){const i=this.elements,r=t._x,a=t._y,o=t._z,l=t._w,c=r+r,h=a+a,d=o+o,u=r*c,f=r*h,p=r*d,v=a*h,m=a*d,g=o*d,y=l*c,T=l*h,S=l*d,R=n.x,w=n.y,_=n.z;return i[0]=(1-(v+g))*R,i[1]=(f+S)*R,i[2]=(p-T)*R,i[3]=0,i[4]=(f-S)*w,i[5]=(1-(u+g))*w,i[6]=(m+y)*w,i[7]=0,i[8]=(p+T)*_,i[9]=(m-y)*_,i[10]=(1-(u+v))*_,i[11]=0,i[12]=e.x,i[13]=e.y,i[14]=e.z,i[15]=1,this}decompose(e,t,n){const i=this.elements;e.x=i[12],e.y=i[13],e.z=i[14];const r=this.determinantAffine();if(r===0)return n.set(1,1,1),t.identity(),this;let a=Li.set(i[0],i[1],i[2]).length();const o=Li.set(i[4],i[5],i[6]).length(),l=Li.set(i[8],i[9],i[10]).length();r<0&&(a=-a),fn.copy(this);const c=1/a,h=1/o,d=1/l;return fn.elements[0]*=c,fn.elements[1]*=c,fn.elements[2]*=c,fn.elements[4]*=h,fn.elements[5]*=h,fn.elements[6]*=h,fn.elements[8]*=d,fn.elements[9]*=d,fn.elements[10]*=d,t.setFromRotationMatrix(fn),n.x=a,n.y=o,n.z=l,this}makePerspective(e,t,n,i,r,a,o=xn,l=!1){const c=this.elements,h=2*r/(t-e),d=2*r/(n-i),u=(t+e)/(t-e),f=(n+i)/(n-i);let p,v;if(l)p=r/(a-r),v=a*r/(a-r);else if(o===xn)p=-(a+r)/(a-r),v=-2*a*r/(a-r);else if(o===qs)p=-a/(a-r),v=-a*r/(a-r);else throw new Error("THREE.Matrix4.makePerspective(): Invalid coordinate system: "+o);return c[0]=h,c[4]=0,c[8]=u,c[12]=0,c[1]=0,c[5]=d,c[9]=f,c[13]=0,c[2]=0,c[6]=0,c[10]=p,c[14]=v,c[3]=0,c[7]=0,c[11]=-1,c[15]=0,this}makeOrthographic(e,t,n,i,r,a,o=xn,l=!1){const c=this.elements,h=2/(t-e),d=2/(n-i),u=-(t+e)/(t-e),f=-(n+i)/(n-i);let p,v;if(l)p=1/(a-r),v=a/(a-r);else if(o===xn)p=-2/(a-r),v=-(a+r)/(a-r);else if(o===qs)p=-1/(a-r),v=-r/(a-r);else throw new Error("THREE.Matrix4.makeOrthographic(): Invalid coordinate system: "+o);return c[0]=h,c[4]=0,c[8]=0,c[12]=u,c[1]=0,c[5]=d,c[9]=0,c[13]=f,c[2]=0,c[6]=0,c[10]=p,c[14]=v,c[3]=0,c[7]=0,c[11]=0,c[15]=1,this}equals(e){const t=this.elements,n=e.elements;for(let i=0;i<16;i++)if(t[i]!==n[i])return!1;return!0}fromArray(e,t=0){for(let n=0;n<16;n++)this.elements[n]=e[n+t];return this}toArray(e=[],t=0){const n=this.elements;return e[t]=n[0],e[t+1]=n[1],e[t+2]=n[2],e[t+3]=n[3],e[t+4]=n[4],e[t+5]=n[5],e[t+6]=n[6],e[t+7]=n[7],e[t+8]=n[8],e[t+9]=n[9],e[t+10]=n[10],e[t+11]=n[11],e[t+12]=n[12],e[t+13]=n[13],e[t+14]=n[14],e[t+15]=n[15],e}}const Li=new U,fn=new He,cp=new U(0,0,0),hp=new U(1,1,1),ti=new U,sr=new U,Kt=new U,pc=new He,mc=new vt;class en{constructor(e=0,t=0,n=0,i=en.DEFAULT_ORDER){this.isEuler=!0,this._x=e,this._y=t,this._z=n,this._order=i}get x(){return this._x}set x(e){this._x=e,this._onChangeCallback()}get y(){return this._y}set y(e){this._y=e,this._onChangeCallback()}get z(){return this._z}set z(e){this._z=e,this._onChangeCallback()}get order(){return this._order}set order(e){this._order=e,this._onChangeCallback()}set(e,t,n,i=this._order){return this._x=e,this._y=t,this._z=n,this._order=i,this._onChangeCallback(),this}clone(){return new this.constructor(this._x,this._y,this._z,this._order)}copy(e){return this._x=e._x,this._y=e._y,this._z=e._z,this._order=e._order,this._onChangeCallback(),this}setFromRotationMatrix(e,t=this._order,n=!0){const i=e.elements,r=i[0],a=i[4],o=i[8],l=i[1],c=i[5],h=i[9],d=i[2],u=i[6],f=i[10];switch(t){case"XYZ":this._y=Math.asin(We(o,-1,1)),Math.abs(o)<.9999999?(this._x=Math.atan2(-h,f),this._z=Math.atan2(-a,r)):(this._x=Math.atan2(u,c),this._z=0);break;case"YXZ":this._x=Math.asin(-We(h,-1,1)),Math.abs(h)<.9999999?(this._y=Math.atan2(o,f),this._z=Math.atan2(l,c)):(this._y=Math.atan2(-d,r),this._z=0);break;case"ZXY":this._x=Math.asin(We(u,-1,1)),Math.abs(u)<.9999999?(this._y=Math.atan2(-d,f),this._z=Math.atan2(-a,c)):(this._y=0,this._z=Math.atan2(l,r));break;case"ZYX":this._y=Math.asin(-We(d,-1,1)),Math.abs(d)<.9999999?(this._x=Math.atan2(u,f),this._z=Math.atan2(l,r)):(this._x=0,this._z=Math.atan2(-a,c));break;case"YZX":this._z=Math.asin(We(l,-1,1)),Math.abs(l)<.9999999?(this._x=Math.atan2(-h,c),this._y=Math.atan2(-d,r)):(this._x=0,this._y=Math.atan2(o,f));break;case"XZY":this._z=Math.asin(-We(a,-1,1)),Math.abs(a)<.9999999?(this._x=Math.atan2(u,c),this._y=Math.atan2(o,r)):(this._x=Math.atan2(-h,f),this._y=0);break;default:Te("Euler: .setFromRotationMatrix() encountered an unknown order: "+t)}return this._order=t,n===!0&&this._onChangeCallback(),this}setFromQuaternion(e,t,n){return pc.makeRotationFromQuaternion(e),this.setFromRotationMatrix(pc,t,n)}setFromVector3(e,t=this._order){return this.set(e.x,e.y,e.z,t)}reorder(e){return mc.setFromEuler(this),this.setFromQuaternion(mc,e)}equals(e){return e._x===this._x&&e._y===this._y&&e._z===this._z&&e._order===this._order}fromArray(e){return this._x=e[0],this._y=e[1],this._z=e[2],e[3]!==void 0&&(this._order=e[3]),this._onChangeCallback(),this}toArray(e=[],t=0){return e[t]=this._x,e[t+1]=this._y,e[t+2]=this._z,e[t+3]=this._order,e}_onChange(e){return this._onChangeCallback=e,this}_onChangeCallback(){}*[Symbol.iterator](){yield this._x,yield this._y,yield this._z,yield this._order}}en.DEFAULT_ORDER="XYZ";class Nd{constructor(){this.mask=1}set(e){this.mask=(1<<e|0)>>>0}enable(e){this.mask|=1<<e|0}enableAll(){this.mask=-1}toggle(e){this.mask^=1<<e|0}disable(e){this.mask&=~(1<<e|0)}disableAll(){this.mask=0}test(e){return(this.mask&e.mask)!==0}isEnabled(e){return(this.mask&(1<<e|0))!==0}}let dp=0;const gc=new U,Pi=new vt,Gn=new He,rr=new U,gs=new U,up=new U,fp=new vt,_c=new U(1,0,0),vc=new U(0,1,0),xc=new U(0,0,1),yc={type:"added"},pp={type:"removed"},Ii={type:"childadded",child:null},ya={type:"childremoved",child:null};class ot extends Jn{constructor(){super(),this.isObject3D=!0,Object.defineProperty(this,"id",{value:dp++}),this.uuid=Bn(),this.name="",this.type="Object3D",this.parent=null,this.children=[],this.up=ot.DEFAULT_UP.clone();const e=new U,t=new en,n=new vt,i=new U(1,1,1);function r(){n.setFromEuler(t,!1)}function a(){t.setFromQuaternion(n,void 0,!1)}t._onChange(r),n._onChange(a),Object.defineProperties(this,{position:{configurable:!0,enumerable:!0,value:e},rotation:{configurable:!0,enumerable:!0,value:t},quaternion:{configurable:!0,enumerable:!0,value:n},scale:{configurable:!0,enumerable:!0,value:i},modelViewMatrix:{value:new He},normalMatrix:{value:new Fe}}),this.matrix=new He,this.matrixWorld=new He,this.matrixAutoUpdate=ot.DEFAULT_MATRIX_AUTO_UPDATE,this.matrixWorldAutoUpdate=ot.DEFAULT_MATRIX_WORLD_AUTO_UPDATE,this.matrixWorldNeedsUpdate=!1,this.layers=new Nd,this.visible=!0,this.castShadow=!1,this.receiveShadow=!1,this.frustumCulled=!0,this.renderOrder=0,this.animations=[],this.customDepthMaterial=void 0,this.customDistanceMaterial=void 0,this.static=!1,this.userData={},this.pivot=null}onBeforeShadow(){}onAfterShadow(){}onBeforeRender(){}onAfterRender(){}applyMatrix4(e){this.matrixAutoUpdate&&this.updateMatrix(),this.matrix.premultiply(e),this.matrix.decompose(this.position,this.quaternion,this.scale),this.pivot!==null&&this.position.copy(this.pivot).applyMatrix4(this.matrix).sub(this.pivot)}applyQuaternion(e){return this.quaternion.premultiply(e),this}setRotationFromAxisAngle(e,t){this.quaternion.setFromAxisAngle(e,t)}setRotationFromEuler(e){this.quaternion.setFromEuler(e,!0)}setRotationFromMatrix(e){this.quaternion.setFromRotationMatrix(e)}setRotationFromQuaternion(e){this.quaternion.copy(e)}rotateOnAxis(e,t){return Pi.setFromAxisAngle(e,t),this.quaternion.multiply(Pi),this}rotateOnWorldAxis(e,t){return Pi.setFromAxisAngle(e,t),this.quaternion.premultiply(Pi),this}rotateX(e){return this.rotateOnAxis(_c,e)}rotateY(e){return this.rotateOnAxis(vc,e)}rotateZ(e){return this.rotateOnAxis(xc,e)}translateOnAxis(e,t){return gc.copy(e).applyQuaternion(this.quaternion),this.position.add(gc.multiplyScalar(t)),this}translateX(e){return this.translateOnAxis(_c,e)}translateY(e){return this.translateOnAxis(vc,e)}translateZ(e){return this.translateOnAxis(xc,e)}localToWorld(e){return this.updateWorldMatrix(!0,!1),e.applyMatrix4(this.matrixWorld)}worldToLocal(e){return this.updateWorldMatrix(!0,!1),e.applyMatrix4(Gn.copy(this.matrixWorld).invert())}lookAt(e,t,n){e.isVector3?rr.copy(e):rr.set(e,t,n);const i=this.parent;this.updateWorldMatrix(!0,!1),gs.setFromMatrixPosition(this.matrixWorld),this.isCamera||this.isLight?Gn.lookAt(gs,rr,this.up):Gn.lookAt(rr,gs,this.up),this.quaternion.setFromRotationMatrix(Gn),i&&(Gn.extractRotation(i.matrixWorld),Pi.setFromRotationMatrix(Gn),this.quaternion.premultiply(Pi.invert()))}add(e){if(arguments.length>1){for(let t=0;t<arguments.length;t++)this.add(arguments[t]);return this}return e===this?(Ne("Object3D.add: object can't be added as a child of itself.",e),this):(e&&e.isObject3D?(e.removeFromParent(),e.parent=this,this.children.push(e),e.dispatchEvent(yc),Ii.child=e,this.dispatchEvent(Ii),Ii.child=null):Ne("Object3D.add: object not an instance of THREE.Object3D.",e),this)}remove(e){if(arguments.length>1){for(let n=0;n<arguments.length;n++)this.remove(arguments[n]);return this}const t=this.children.indexOf(e);return t!==-1&&(e.parent=null,this.children.splice(t,1),e.dispatchEvent(pp),ya.child=e,this.dispatchEvent(ya),ya.child=null),this}removeFromParent(){const e=this.parent;return e!==null&&e.remove(this),this}clear(){return this.remove(...this.children)}attach(e){return this.updateWorldMatrix(!0,!1),Gn.copy(this.matrixWorld).invert(),e.parent!==null&&(e.parent.updateWorldMatrix(!0,!1),Gn.multiply(e.parent.matrixWorld)),e.applyMatrix4(Gn),e.removeFromParent(),e.parent=this,this.children.push(e),e.updateWorldMatrix(!1,!0),e.dispatchEvent(yc),Ii.child=e,this.dispatchEvent(Ii),Ii.child=null,this}getObjectById(e){return this.getObjectByProperty("id",e)}getObjectByName(e){return this.getObjectByProperty("name",e)}getObjectByProperty(e,t){if(this[e]===t)return this;for(let n=0,i=this.children.length;n<i;n++){const a=this.children[n].getObjectByProperty(e,t);if(a!==void 0)return a}}getObjectsByProperty(e,t,n=[]){this[e]===t&&n.push(this);const i=this.children;for(let r=0,a=i.length;r<a;r++)i[r].getObjectsByProperty(e,t,n);return n}getWorldPosition(e){return this.updateWorldMatrix(!0,!1),e.setFromMatrixPosition(this.matrixWorld)}getWorldQuaternion(e){return this.updateWorldMatrix(!0,!1),this.matrixWorld.decompose(gs,e,up),e}getWorldScale(e){return this.updateWorldMatrix(!0,!1),this.matrixWorld.decompose(gs,fp,e),e}getWorldDirection(e){this.updateWorldMatrix(!0,!1);const t=this.matrixWorld.elements;return e.set(t[8],t[9],t[10]).normalize()}raycast(){}intersectsFrustum(){return!0}traverse(e){e(this);const t=this.children;for(let n=0,i=t.length;n<i;n++)t[n].traverse(e)}traverseVisible(e){if(this.visible===!1)return;e(this);const t=this.children;for(let n=0,i=t.length;n<i;n++)t[n].traverseVisible(e)}traverseAncestors(e){const t=this.parent;t!==null&&(e(t),t.traverseAncestors(e))}updateMatrix(){this.matrix.compose(this.position,this.quaternion,this.scale);const e=this.pivot;if(e!==null){const t=e.x,n=e.y,i=e.z,r=this.matrix.elements;r[12]+=t-r[0]*t-r[4]*n-r[8]*i,r[13]+=n-r[1]*t-r[5]*n-r[9]*i,r[14]+=i-r[2]*t-r[6]*n-r[10]*i}this.matrixWorldNeedsUpdate=!0}updateMatrixWorld(e){this.matrixAutoUpdate&&this.updateMatrix(),(this.matrixWorldNeedsUpdate||e)&&(this.matrixWorldAutoUpdate===!0&&(this.parent===null?this.matrixWorld.copy(this.matrix):this.matrixWorld.multiplyMatrices(this.parent.matrixWorld,this.matrix)),this.matrixWorldNeedsUpdate=!1,e=!0);const t=this.children;for(let n=0,i=t.length;n<i;n++)t[n].updateMatrixWorld(e)}updateWorldMatrix(e,t,n=!1){const i=this.parent;if(e===!0&&i!==null&&i.updateWorldMatrix(!0,!1),this.matrixAutoUpdate&&this.updateMatrix(),(this.matrixWorldNeedsUpdate||n)&&(this.matrixWorldAutoUpdate===!0&&(this.parent===null?this.matrixWorld.copy(this.matrix):this.matrixWorld.multiplyMatrices(this.parent.matrixWorld,this.matrix)),this.matrixWorldNeedsUpdate=!1,n=!0),t===!0){const r=this.children;for(let a=0,o=r.length;a<o;a++)r[a].updateWorldMatrix(!1,!0,n)}}toJSON(e){const t=e===void 0||typeof e=="string",n={};t&&(e={geometries:{},materials:{},textures:{},images:{},shapes:{},skeletons:{},animations:{},nodes:{}},n.metadata={version:4.7,type:"Object",generator:"Object3D.toJSON"});const i={};i.uuid=this.uuid,i.type=this.type,i.name=this.name,i.castShadow=this.castShadow,i.receiveShadow=this.receiveShadow,i.visible=this.visible,i.frustumCulled=this.frustumCulled,i.renderOrder=this.renderOrder,i.static=this.static,i.matrixAutoUpdate=this.matrixAutoUpdate,Object.keys(this.userData).length>0&&(i.userData=this.userData),i.layers=this.layers.mask,i.matrix=this.matrix.toArray(),i.up=this.up.toArray(),this.pivot!==null&&(i.pivot=this.pivot.toArray()),this.morphTargetDictionary!==void 0&&(i.morphTargetDictionary=Object.assign({},this.morphTargetDictionary)),this.morphTargetInfluences!==void 0&&(i.morphTargetInfluences=this.morphTargetInfluences.slice()),this.isInstancedMesh&&(i.type="InstancedMesh",i.count=this.count,i.instanceMatrix=this.instanceMatrix.toJSON(),this.instanceColor!==null&&(i.instanceColor=this.instanceColor.toJSON())),this.isBatchedMesh&&(i.type="BatchedMesh",i.perObjectFrustumCulled=this.perObjectFrustumCulled,i.sortObjects=this.sortObjects,i.drawRanges=this._drawRanges,i.reservedRanges=this._reservedRanges,i.geometryInfo=this._geometryInfo.map(o=>({...o,boundingBox:o.boundingBox?o.boundingBox.toJSON():void 0,boundingSphere:o.boundingSphere?o.boundingSphere.toJSON():void 0})),i.instanceInfo=this._instanceInfo.map(o=>({...o})),i.availableInstanceIds=this._availableInstanceIds.slice(),i.availableGeometryIds=this._availableGeometryIds.slice(),i.nextIndexStart=this._nextIndexStart,i.nextVertexStart=this._nextVertexStart,i.geometryCount=this._geometryCount,i.maxInstanceCount=this._maxInstanceCount,i.maxVertexCount=this._maxVertexCount,i.maxIndexCount=this._maxIndexCount,i.geometryInitialized=this._geometryInitialized,i.matricesTexture=this._matricesTexture.toJSON(e),i.indirectTexture=this._indirectTexture.toJSON(e),this._colorsTexture!==null&&(i.colorsTexture=this._colorsTexture.toJSON(e)),this.boundingSphere!==null&&(i.boundingSphere=this.boundingSphere.toJSON()),this.boundingBox!==null&&(i.boundingBox=this.boundingBox.toJSON()));function r(o,l){return o[l.uuid]===void 0&&(o[l.uuid]=l.toJSON(e)),l.uuid}if(this.isScene)this.background&&(this.background.isColor?i.background=this.background.toJSON():this.background.isTexture&&(i.background=this.background.toJSON(e).uuid)),this.environment&&this.environment.isTexture&&this.environment.isRenderTargetTexture!==!0&&(i.environment=this.environment.toJSON(e).uuid);else if(this.isMesh||this.isLine||this.isPoints){i.geometry=r(e.geometries,this.geometry);const o=this.geometry.parameters;if(o!==void 0&&o.shapes!==void 0){const l=o.shapes;if(Array.isArray(l))for(let c=0,h=l.length;c<h;c++){const d=l[c];r(e.shapes,d)}else r(e.shapes,l)}}if(this.isSkinnedMesh&&(i.bindMode=this.bindMode,i.bindMatrix=this.bindMatrix.toArray(),this.skeleton!==void 0&&(r(e.skeletons,this.skeleton),i.skeleton=this.skeleton.uuid)),this.material!==void 0)if(Array.isArray(this.material)){const o=[];for(let l=0,c=this.material.length;l<c;l++)o.push(r(e.materials,this.material[l]));i.material=o}else i.material=r(e.materials,this.material);if(this.children.length>0){i.children=[];for(let o=0;o<this.children.length;o++)i.children.push(this.children[o].toJSON(e).object)}if(this.animations.length>0){i.animations=[];for(let o=0;o<this.animations.length;o++){const l=this.animations[o];i.animations.push(r(e.animations,l))}}if(t){const o=a(e.geometries),l=a(e.materials),c=a(e.textures),h=a(e.images),d=a(e.shapes),u=a(e.skeletons),f=a(e.animations),p=a(e.nodes);o.length>0&&(n.geometries=o),l.length>0&&(n.materials=l),c.length>0&&(n.textures=c),h.length>0&&(n.images=h),d.length>0&&(n.shapes=d),u.length>0&&(n.skeletons=u),f.length>0&&(n.animations=f),p.length>0&&(n.nodes=p)}return n.object=i,n;function a(o){const l=[];for(const c in o){const h=o[c];delete h.metadata,l.push(h)}return l}}clone(e){return new this.constructor().copy(this,e)}copy(e,t=!0){if(this.name=e.name,this.up.copy(e.up),this.position.copy(e.position),this.rotation.order=e.rotation.order,this.quaternion.copy(e.quaternion),this.scale.copy(e.scale),this.pivot=e.pivot!==null?e.pivot.clone():null,this.matrix.copy(e.matrix),this.matrixWorld.copy(e.matrixWorld),this.matrixAutoUpdate=e.matrixAutoUpdate,this.matrixWorldAutoUpdate=e.matrixWorldAutoUpdate,this.matrixWorldNeedsUpdate=e.matrixWorldNeedsUpdate,this.layers.mask=e.layers.mask,this.visible=e.visible,this.castShadow=e.castShadow,this.receiveShadow=e.receiveShadow,this.frustumCulled=e.frustumCulled,this.renderOrder=e.renderOrder,this.static=e.static,this.animations=e.animations.slice(),this.userData=JSON.parse(JSON.stringify(e.userData)),t===!0)for(let n=0;n<e.children.length;n++){const i=e.children[n];this.add(i.clone())}return this}dispose(){this.dispatchEvent({type:"dispose"})}}ot.DEFAULT_UP=new U(0,1,0);ot.DEFAULT_MATRIX_AUTO_UPDATE=!0;ot.DEFAULT_MATRIX_WORLD_AUTO_UPDATE=!0;class di extends ot{constructor(){super(),this.isGroup=!0,this.type="Group"}}const mp={type:"move"};class Ma{constructor(){this._targetRay=null,this._grip=null,this._hand=null}getHandSpace(){return this._hand===null&&(this._hand=new di,this._hand.matrixAutoUpdate=!1,this._hand.visible=!1,this._hand.joints={},this._hand.inputState={pinching:!1}),this._hand}getTargetRaySpace(){return this._targetRay===null&&(this._targetRay=new di,this._targetRay.matrixAutoUpdate=!1,this._targetRay.visible=!1,this._targetRay.hasLinearVelocity=!1,this._targetRay.linearVelocity=new U,this._targetRay.hasAngularVelocity=!1,this._targetRay.angularVelocity=new U),this._targetRay}getGripSpace(){return this._grip===null&&(this._grip=new di,this._grip.matrixAutoUpdate=!1,this._grip.visible=!1,this._grip.hasLinearVelocity=!1,this._grip.linearVelocity=new U,this._grip.hasAngularVelocity=!1,this._grip.angularVelocity=new U,this._grip.eventsEnabled=!1),this._grip}dispatchEvent(e){return this._targetRay!==null&&this._targetRay.dispatchEvent(e),this._grip!==null&&this._grip.dispatchEvent(e),this._hand!==null&&this._hand.dispatchEvent(e),this}connect(e){if(e&&e.hand){const t=this._hand;if(t)for(const n of e.hand.values())this._getHandJoint(t,n)}return this.dispatchEvent({type:"connected",data:e}),this}disconnect(e){return this.dispatchEvent({type:"disconnected",data:e}),this._targetRay!==null&&(this._targetRay.visible=!1),this._grip!==null&&(this._grip.visible=!1),this._hand!==null&&(this._hand.visible=!1),this}update(e,t,n){let i=null,r=null,a=null;const o=this._targetRay,l=this._grip,c=this._hand;if(e&&t.session.visibilityState!=="visible-blurred"){if(c&&e.hand){a=!0;for(const v of e.hand.values()){const m=t.getJointPose(v,n),g=this._getHandJoint(c,v);m!==null&&(g.matrix.fromArray(m.transform.matrix),g.matrix.decompose(g.position,g.quaternion,g.scale),g.matrixWorldNeedsUpdate=!0,g.jointRadius=m.radius),g.visible=m!==null}const h=c.joints["index-finger-tip"],d=c.joints["thumb-tip"],u=h.position.distanceTo(d.position),f=.02,p=.005;c.inputState.pinching&&u>f+p?(c.inputState.pinching=!1,this.dispatchEvent({type:"pinchend",handedness:e.handedness,target:this})):!c.inputState.pinching&&u<=f-p&&(c.inputState.pinching=!0,this.dispatchEvent({type:"pinchstart",handedness:e.handedness,target:this}))}else l!==null&&e.gripSpace&&(r=t.getPose(e.gripSpace,n),r!==null&&(l.matrix.fromArray(r.transform.matrix),l.matrix.decompose(l.position,l.quaternion,l.scale),l.matrixWorldNeedsUpdate=!0,r.linearVelocity?(l.hasLinearVelocity=!0,l.linearVelocity.copy(r.linearVelocity)):l.hasLinearVelocity=!1,r.angularVelocity?(l.hasAngularVelocity=!0,l.angularVelocity.copy(r.angularVelocity)):l.hasAngularVelocity=!1,l.eventsEnabled&&l.dispatchEvent({type:"gripUpdated",data:e,target:this})));o!==null&&(i=t.getPose(e.targetRaySpace,n),i===null&&r!==null&&(i=r),i!==null&&(o.matrix.fromArray(i.transform.matrix),o.matrix.decompose(o.position,o.quaternion,o.scale),o.matrixWorldNeedsUpdate=!0,i.linearVelocity?(o.hasLinearVelocity=!0,o.linearVelocity.copy(i.linearVelocity)):o.hasLinearVelocity=!1,i.angularVelocity?(o.hasAngularVelocity=!0,o.angularVelocity.copy(i.angularVelocity)):o.hasAngularVelocity=!1,this.dispatchEvent(mp)))}return o!==null&&(o.visible=i!==null),l!==null&&(l.visible=r!==null),c!==null&&(c.visible=a!==null),this}_getHandJoint(e,t){if(e.joints[t.jointName]===void 0){const n=new di;n.matrixAutoUpdate=!1,n.visible=!1,e.joints[t.jointName]=n,e.add(n)}return e.joints[t.jointName]}}const Ud={aliceblue:15792383,antiquewhite:16444375,aqua:65535,aquamarine:8388564,azure:15794175,beige:16119260,bisque:16770244,black:0,blanchedalmond:16772045,blue:255,blueviolet:9055202,brown:10824234,burlywood:14596231,cadetblue:6266528,chartreuse:8388352,chocolate:13789470,coral:16744272,cornflowerblue:6591981,cornsilk:16775388,crimson:14423100,cyan:65535,darkblue:139,darkcyan:35723,darkgoldenrod:12092939,darkgray:11119017,darkgreen:25600,darkgrey:11119017,darkkhaki:12433259,darkmagenta:9109643,darkolivegreen:5597999,darkorange:16747520,darkorchid:10040012,darkred:9109504,darksalmon:15308410,darkseagreen:9419919,darkslateblue:4734347,darkslategray:3100495,darkslategrey:3100495,darkturquoise:52945,darkviolet:9699539,deeppink:16716947,deepskyblue:49151,dimgray:6908265,dimgrey:6908265,dodgerblue:2003199,firebrick:11674146,floralwhite:16775920,forestgreen:2263842,fuchsia:16711935,gainsboro:14474460,ghostwhite:16316671,gold:16766720,goldenrod:14329120,gray:8421504,green:32768,greenyellow:11403055,grey:8421504,honeydew:15794160,hotpink:16738740,indianred:13458524,indigo:4915330,ivory:16777200,khaki:15787660,lavender:15132410,lavenderblush:16773365,lawngreen:8190976,lemonchiffon:16775885,lightblue:11393254,lightcoral:15761536,lightcyan:14745599,lightgoldenrodyellow:16448210,lightgray:13882323,lightgreen:9498256,lightgrey:13882323,lightpink:16758465,lightsalmon:16752762,lightseagreen:2142890,lightskyblue:8900346,lightslategray:7833753,lightslategrey:7833753,lightsteelblue:11584734,lightyellow:16777184,lime:65280,limegreen:3329330,linen:16445670,magenta:16711935,maroon:8388608,mediumaquamarine:6737322,mediumblue:205,mediumorchid:12211667,mediumpurple:9662683,mediumseagreen:3978097,mediumslateblue:8087790,mediumspringgreen:64154,mediumturquoise:4772300,mediumvioletred:13047173,midnightblue:1644912,mintcream:16121850,mistyrose:16770273,moccasin:16770229,navajowhite:16768685,navy:128,oldlace:16643558,olive:8421376,olivedrab:7048739,orange:16753920,orangered:16729344,orchid:14315734,palegoldenrod:15657130,palegreen:10025880,paleturquoise:11529966,palevioletred:14381203,papayawhip:16773077,peachpuff:16767673,peru:13468991,pink:16761035,plum:14524637,powderblue:11591910,purple:8388736,rebeccapurple:6697881,red:16711680,rosybrown:12357519,royalblue:4286945,saddlebrown:9127187,salmon:16416882,sandybrown:16032864,seagreen:3050327,seashell:16774638,sienna:10506797,silver:12632256,skyblue:8900331,slateblue:6970061,slategray:7372944,slategrey:7372944,snow:16775930,springgreen:65407,steelblue:4620980,tan:13808780,teal:32896,thistle:14204888,tomato:16737095,turquoise:4251856,violet:15631086,wheat:16113331,white:16777215,whitesmoke:16119285,yellow:16776960,yellowgreen:10145074},ni={h:0,s:0,l:0},ar={h:0,s:0,l:0};function Sa(s,e,t){return t<0&&(t+=1),t>1&&(t-=1),t<1/6?s+(e-s)*6*t:t<1/2?e:t<2/3?s+(e-s)*6*(2/3-t):s}class Ie{constructor(e,t,n){return this.isColor=!0,this.r=1,this.g=1,this.b=1,this.set(e,t,n)}set(e,t,n){if(t===void 0&&n===void 0){const i=e;i&&i.isColor?this.copy(i):typeof i=="number"?this.setHex(i):typeof i=="string"&&this.setStyle(i)}else this.setRGB(e,t,n);return this}setScalar(e){return this.r=e,this.g=e,this.b=e,this}setHex(e,t=It){return e=Math.floor(e),this.r=(e>>16&255)/255,this.g=(e>>8&255)/255,this.b=(e&255)/255,$e.colorSpaceToWorking(this,t),this}setRGB(e,t,n,i=$e.workingColorSpace){return this.r=e,this.g=t,this.b=n,$e.colorSpaceToWorking(this,i),this}setHSL(e,t,n,i=$e.workingColorSpace){if(e=xl(e,1),t=We(t,0,1),n=We(n,0,1),t===0)this.r=this.g=this.b=n;else{const r=n<=.5?n*(1+t):n+t-n*t,a=2*n-r;this.r=Sa(a,r,e+1/3),this.g=Sa(a,r,e),this.b=Sa(a,r,e-1/3)}return $e.colorSpaceToWorking(this,i),this}setStyle(e,t=It){function n(r){r!==void 0&&parseFloat(r)<1&&Te("Color: Alpha component of "+e+" will be ignored.")}let i;if(i=/^(\w+)\(([^\)]*)\)/.exec(e)){let r;const a=i[1],o=i[2];switch(a){case"rgb":case"rgba":if(r=/^\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*(?:,\s*(\d+(?:\.\d+)?|\.\d+)\s*)?$/.exec(o))return n(r[4]),this.setRGB(Math.min(255,parseInt(r[1],10))/255,Math.min(255,parseInt(r[2],10))/255,Math.min(255,parseInt(r[3],10))/255,t);if(r=/^\s*(\d+(?:\.\d+)?|\.\d+)\%\s*,\s*(\d+(?:\.\d+)?|\.\d+)\%\s*,\s*(\d+(?:\.\d+)?|\.\d+)\%\s*(?:,\s*(\d+(?:\.\d+)?|\.\d+)\s*)?$/.exec(o))return n(r[4]),this.setRGB(Math.min(100,parseFloat(r[1]))/100,Math.min(100,parseFloat(r[2]))/100,Math.min(100,parseFloat(r[3]))/100,t);break;case"hsl":case"hsla":if(r=/^\s*([+-]?(?:\d+(?:\.\d+)?|\.\d+))\s*,\s*(\d+(?:\.\d+)?|\.\d+)\%\s*,\s*(\d+(?:\.\d+)?|\.\d+)\%\s*(?:,\s*(\d+(?:\.\d+)?|\.\d+)\s*)?$/.exec(o))return n(r[4]),this.setHSL(parseFloat(r[1])/360,parseFloat(r[2])/100,parseFloat(r[3])/100,t);break;default:Te("Color: Unknown color model "+e)}}else if(i=/^\#([A-Fa-f\d]+)$/.exec(e)){const r=i[1],a=r.length;if(a===3)return this.setRGB(parseInt(r.charAt(0),16)/15,parseInt(r.charAt(1),16)/15,parseInt(r.charAt(2),16)/15,t);if(a===6)return this.setHex(parseInt(r,16),t);Te("Color: Invalid hex color "+e)}else if(e&&e.length>0)return this.setColorName(e,t);return this}setColorName(e,t=It){const n=Ud[e.toLowerCase()];return n!==void 0?this.setHex(n,t):Te("Color: Unknown color "+e),this}clone(){return new this.constructor(this.r,this.g,this.b)}copy(e){return this.r=e.r,this.g=e.g,this.b=e.b,this}copySRGBToLinear(e){return this.r=Zn(e.r),this.g=Zn(e.g),this.b=Zn(e.b),this}copyLinearToSRGB(e){return this.r=Ji(e.r),this.g=Ji(e.g),this.b=Ji(e.b),this}convertSRGBToLinear(){return this.copySRGBToLinear(this),this}convertLinearToSRGB(){return this.copyLinearToSRGB(this),this}getHex(e=It){return $e.workingToColorSpace(Ft.copy(this),e),Math.round(We(Ft.r*255,0,255))*65536+Math.round(We(Ft.g*255,0,255))*256+Math.round(We(Ft.b*255,0,255))}getHexString(e=It){return("000000"+this.getHex(e).toString(16)).slice(-6)}getHSL(e,t=$e.workingColorSpace){$e.workingToColorSpace(Ft.copy(this),t);const n=Ft.r,i=Ft.g,r=Ft.b,a=Math.max(n,i,r),o=Math.min(n,i,r);let l,c;const h=(o+a)/2;if(o===a)l=0,c=0;else{const d=a-o;switch(c=h<=.5?d/(a+o):d/(2-a-o),a){case n:l=(i-r)/d+(i<r?6:0);break;case i:l=(r-n)/d+2;break;case r:l=(n-i)/d+4;break}l/=6}return e.h=l,e.s=c,e.l=h,e}getRGB(e,t=$e.workingColorSpace){return $e.workingToColorSpace(Ft.copy(this),t),e.r=Ft.r,e.g=Ft.g,e.b=Ft.b,e}getStyle(e=It){$e.workingToColorSpace(Ft.copy(this),e);const t=Ft.r,n=Ft.g,i=Ft.b;return e!==It?`color(${e} ${t.toFixed(3)} ${n.toFixed(3)} ${i.toFixed(3)})`:`rgb(${Math.round(t*255)},${Math.round(n*255)},${Math.round(i*255)})`}offsetHSL(e,t,n){return this.getHSL(ni),this.setHSL(ni.h+e,ni.s+t,ni.l+n)}add(e){return this.r+=e.r,this.g+=e.g,this.b+=e.b,this}addColors(e,t){return this.r=e.r+t.r,this.g=e.g+t.g,this.b=e.b+t.b,this}addScalar(e){return this.r+=e,this.g+=e,this.b+=e,this}sub(e){return this.r=Math.max(0,this.r-e.r),this.g=Math.max(0,this.g-e.g),this.b=Math.max(0,this.b-e.b),this}multiply(e){return this.r*=e.r,this.g*=e.g,this.b*=e.b,this}multiplyScalar(e){return this.r*=e,this.g*=e,this.b*=e,this}lerp(e,t){return this.r+=(e.r-this.r)*t,this.g+=(e.g-this.g)*t,this.b+=(e.b-this.b)*t,this}lerpColors(e,t,n){return this.r=e.r+(t.r-e.r)*n,this.g=e.g+(t.g-e.g)*n,this.b=e.b+(t.b-e.b)*n,this}lerpHSL(e,t){this.getHSL(ni),e.getHSL(ar);const n=Fs(ni.h,ar.h,t),i=Fs(ni.s,ar.s,t),r=Fs(ni.l,ar.l,t);return this.setHSL(n,i,r),this}setFromVector3(e){return this.r=e.x,this.g=e.y,this.b=e.z,this}applyMatrix3(e){const t=this.r,n=this.g,i=this.b,r=e.elements;return this.r=r[0]*t+r[3]*n+r[6]*i,this.g=r[1]*t+r[4]*n+r[7]*i,this.b=r[2]*t+r[5]*n+r[8]*i,this}equals(e){return e.r===this.r&&e.g===this.g&&e.b===this.b}fromArray(e,t=0){return this.r=e[t],this.g=e[t+1],this.b=e[t+2],this}toArray(e=[],t=0){return e[t]=this.r,e[t+1]=this.g,e[t+2]=this.b,e}fromBufferAttribute(e,t){return this.r=e.getX(t),this.g=e.getY(t),this.b=e.getZ(t),this}toJSON(){return this.getHex()}*[Symbol.iterator](){yield this.r,yield this.g,yield this.b}}const Ft=new Ie;Ie.NAMES=Ud;class kd extends ot{constructor(){super(),this.isScene=!0,this.type="Scene",this.background=null,this.environment=null,this.fog=null,this.backgroundBlurriness=0,this.backgroundIntensity=1,this.backgroundRotation=new en,this.environmentIntensity=1,this.environmentRotation=new en,this.overrideMaterial=null,typeof __THREE_DEVTOOLS__<"u"&&__THREE_DEVTOOLS__.dispatchEvent(new CustomEvent("observe",{detail:this}))}copy(e,t){return super.copy(e,t),this.background=e.background!==null?e.background.clone():null,this.environment=e.environment!==null?e.environment.clone():null,this.fog=e.fog!==null?e.fog.clone():null,this.backgroundBlurriness=e.backgroundBlurriness,this.backgroundIntensity=e.backgroundIntensity,this.backgroundRotation.copy(e.backgroundRotation),this.environmentIntensity=e.environmentIntensity,this.environmentRotation.copy(e.environmentRotation),this.overrideMaterial=e.overrideMaterial!==null?e.overrideMaterial.clone():null,this.matrixAutoUpdate=e.matrixAutoUpdate,this}toJSON(e){const t=super.toJSON(e);return this.fog!==null&&(t.object.fog=this.fog.toJSON()),t.object.backgroundBlurriness=this.backgroundBlurriness,t.object.backgroundIntensity=this.backgroundIntensity,t.object.backgroundRotation=this.backgroundRotation.toArray(),t.object.environmentIntensity=this.environmentIntensity,t.object.environmentRotation=this.environmentRotation.toArray(),t}}const pn=new U,Vn=new U,ba=new U,Wn=new U,Di=new U,Ni=new U,Mc=new U,Ea=new U,wa=new U,Ta=new U,Aa=new at,Ra=new at,Ca=new at;class _n{constructor(e=new U,t=new U,n=new U){this.a=e,this.b=t,this.c=n}static getNormal(e,t,n,i){i.subVectors(n,t),pn.subVectors(e,t),i.cross(pn);const r=i.lengthSq();return r>0?i.multiplyScalar(1/Math.sqrt(r)):i.set(0,0,0)}static getBarycoord(e,t,n,i,r){pn.subVectors(i,t),Vn.subVectors(n,t),ba.subVectors(e,t);const a=pn.dot(pn),o=pn.dot(Vn),l=pn.dot(ba),c=Vn.dot(Vn),h=Vn.dot(ba),d=a*c-o*o;if(d===0)return r.set(0,0,0),null;const u=1/d,f=(c*l-o*h)*u,p=(a*h-o*l)*u;return r.set(1-f-p,p,f)}static containsPoint(e,t,n,i){return this.getBarycoord(e,t,n,i,Wn)===null?!1:Wn.x>=0&&Wn.y>=0&&Wn.x+Wn.y<=1}static getInterpolation(e,t,n,i,r,a,o,l){return this.getBarycoord(e,t,n,i,Wn)===null?(l.x=0,l.y=0,"z"in l&&(l.z=0),"w"in l&&(l.w=0),null):(l.setScalar(0),l.addScaledVector(r,Wn.x),l.addScaledVector(a,Wn.y),l.addScaledVector(o,Wn.z),l)}static getInterpolatedAttribute(e,t,n,i,r,a){return Aa.setScalar(0),Ra.setScalar(0),Ca.setScalar(0),Aa.fromBufferAttribute(e,t),Ra.fromBufferAttribute(e,n),Ca.fromBufferAttribute(e,i),a.setScalar(0),a.addScaledVector(Aa,r.x),a.addScaledVector(Ra,r.y),a.addScaledVector(Ca,r.z),a}static isFrontFacing(e,t,n,i){return pn.subVectors(n,t),Vn.subVectors(e,t),pn.cross(Vn).dot(i)<0}set(e,t,n){return this.a.copy(e),this.b.copy(t),this.c.copy(n),this}setFromPointsAndIndices(e,t,n,i){return this.a.copy(e[t]),this.b.copy(e[n]),this.c.copy(e[i]),this}setFromAttributeAndIndices(e,t,n,i){return this.a.fromBufferAttribute(e,t),this.b.fromBufferAttribute(e,n),this.c.fromBufferAttribute(e,i),this}clone(){return new this.constructor().copy(this)}copy(e){return this.a.copy(e.a),this.b.copy(e.b),this.c.copy(e.c),this}getArea(){return pn.subVectors(this.c,this.b),Vn.subVectors(this.a,this.b),pn.cross(Vn).length()*.5}getMidpoint(e){return e.addVectors(this.a,this.b).add(this.c).multiplyScalar(1/3)}getNormal(e){return _n.getNormal(this.a,this.b,this.c,e)}getPlane(e){return e.setFromCoplanarPoints(this.a,this.b,this.c)}getBarycoord(e,t){return _n.getBarycoord(e,this.a,this.b,this.c,t)}getInterpolation(e,t,n,i,r){return _n.getInterpolation(e,this.a,this.b,this.c,t,n,i,r)}containsPoint(e){return _n.containsPoint(e,this.a,this.b,this.c)}isFrontFacing(e){return _n.isFrontFacing(this.a,this.b,this.c,e)}intersectsBox(e){return e.intersectsTriangle(this)}closestPointToPoint(e,t){const n=this.a,i=this.b,r=this.c;let a,o;Di.subVectors(i,n),Ni.subVectors(r,n),Ea.subVectors(e,n);const l=Di.dot(Ea),c=Ni.dot(Ea);if(l<=0&&c<=0)return t.copy(n);wa.subVectors(e,i);const h=Di.dot(wa),d=Ni.dot(wa);if(h>=0&&d<=h)return t.copy(i);const u=l*d-h*c;if(u<=0&&l>=0&&h<=0&&l-h>0)return a=l/(l-h),t.copy(n).addScaledVector(Di,a);Ta.subVectors(e,r);const f=Di.dot(Ta),p=Ni.dot(Ta);if(p>=0&&f<=p)return t.copy(r);const v=f*c-l*p;if(v<=0&&c>=0&&p<=0)return o=c/(c-p),t.copy(n).addScaledVector(Ni,o);const m=h*p-f*d;if(m<=0&&d-h>=0&&f-p>=0)return Mc.subVectors(r,i),o=(d-h)/(d-h+(f-p)),t.copy(i).addScaledVector(Mc,o);const g=1/(m+v+u);return a=v*g,o=u*g,t.copy(n).addScaledVector(Di,a).addScaledVector(Ni,o)}equals(e){return e.a.equals(this.a)&&e.b.equals(this.b)&&e.c.equals(this.c)}}class dn{constructor(e=new U(1/0,1/0,1/0),t=new U(-1/0,-1/0,-1/0)){this.isBox3=!0,this.min=e,this.max=t}set(e,t){return this.min.copy(e),this.max.copy(t),this}setFromArray(e){this.makeEmpty();for(let t=0,n=e.length;t<n;t+=3)this.expandByPoint(mn.fromArray(e,t));return this}setFromBufferAttribute(e){this.makeEmpty();for(let t=0,n=e.count;t<n;t++)this.expandByPoint(mn.fromBufferAttribute(e,t));return this}setFromPoints(e){this.makeEmpty();for(let t=0,n=e.length;t<n;t++)this.expandByPoint(e[t]);return this}setFromCenterAndSize(e,t){const n=mn.copy(t).multiplyScalar(.5);return this.min.copy(e).sub(n),this.max.copy(e).add(n),this}setFromObject(e,t=!1){return this.makeEmpty(),this.expandByObject(e,t)}clone(){return new this.constructor().copy(this)}copy(e){return this.min.copy(e.min),this.max.copy(e.max),this}makeEmpty(){return this.min.x=this.min.y=this.min.z=1/0,this.max.x=this.max.y=this.max.z=-1/0,this}isEmpty(){return this.max.x<this.min.x||this.max.y<this.min.y||this.max.z<this.min.z}getCenter(e){return this.isEmpty()?e.set(0,0,0):e.addVectors(this.min,this.max).multiplyScalar(.5)}getSize(e){return this.isEmpty()?e.set(0,0,0):e.subVectors(this.max,this.min)}expandByPoint(e){return this.min.min(e),this.max.max(e),this}expandByVector(e){return this.min.sub(e),this.max.add(e),this}expandByScalar(e){return this.min.addScalar(-e),this.max.addScalar(e),this}expandByObject(e,t=!1){e.updateWorldMatrix(!1,!1);const n=e.geometry;if(n!==void 0){const r=n.getAttribute("position");if(t===!0&&r!==void 0&&e.isInstancedMesh!==!0&&e.isBatchedMesh!==!0)for(let a=0,o=r.count;a<o;a++)e.isMesh===!0?e.getVertexPosition(a,mn):mn.fromBufferAttribute(r,a),mn.applyMatrix4(e.matrixWorld),this.expandByPoint(mn);else e.boundingBox!==void 0?(e.boundingBox===null&&e.computeBoundingBox(),or.copy(e.boundingBox)):(n.boundingBox===null&&n.computeBoundingBox(),or.copy(n.boundingBox)),or.applyMatrix4(e.matrixWorld),this.union(or)}const i=e.children;for(let r=0,a=i.length;r<a;r++)this.expandByObject(i[r],t);return this}containsPoint(e){return e.x>=this.min.x&&e.x<=this.max.x&&e.y>=this.min.y&&e.y<=this.max.y&&e.z>=this.min.z&&e.z<=this.max.z}containsBox(e){return this.min.x<=e.min.x&&e.max.x<=this.max.x&&this.min.y<=e.min.y&&e.max.y<=this.max.y&&this.min.z<=e.min.z&&e.max.z<=this.max.z}getParameter(e,t){return t.set((e.x-this.min.x)/(this.max.x-this.min.x),(e.y-this.min.y)/(this.max.y-this.min.y),(e.z-this.min.z)/(this.max.z-this.min.z))}intersectsBox(e){return e.max.x>=this.min.x&&e.min.x<=this.max.x&&e.max.y>=this.min.y&&e.min.y<=this.max.y&&e.max.z>=this.min.z&&e.min.z<=this.max.z}intersectsSphere(e){return this.clampPoint(e.center,mn),mn.distanceToSquared(e.center)<=e.radius*e.radius}intersectsPlane(e){let t,n;return e.normal.x>0?(t=e.normal.x*this.min.x,n=e.normal.x*this.max.x):(t=e.normal.x*this.max.x,n=e.normal.x*this.min.x),e.normal.y>0?(t+=e.normal.y*this.min.y,n+=e.normal.y*this.max.y):(t+=e.normal.y*this.max.y,n+=e.normal.y*this.min.y),e.normal.z>0?(t+=e.normal.z*this.min.z,n+=e.normal.z*this.max.z):(t+=e.normal.z*this.max.z,n+=e.normal.z*this.min.z),t<=-e.constant&&n>=-e.constant}intersectsTriangle(e){if(this.isEmpty())return!1;this.getCenter(_s),lr.subVectors(this.max,_s),Ui.subVectors(e.a,_s),ki.subVectors(e.b,_s),Oi.subVectors(e.c,_s),ii.subVectors(ki,Ui),si.subVectors(Oi,ki),vi.subVectors(Ui,Oi);let t=[0,-ii.z,ii.y,0,-si.z,si.y,0,-vi.z,vi.y,ii.z,0,-ii.x,si.z,0,-si.x,vi.z,0,-vi.x,-ii.y,ii.x,0,-si.y,si.x,0,-vi.y,vi.x,0];return!La(t,Ui,ki,Oi,lr)||(t=[1,0,0,0,1,0,0,0,1],!La(t,Ui,ki,Oi,lr))?!1:(cr.crossVectors(ii,si),t=[cr.x,cr.y,cr.z],La(t,Ui,ki,Oi,lr))}clampPoint(e,t){return t.copy(e).clamp(this.min,this.max)}distanceToPoint(e){return this.clampPoint(e,mn).distanceTo(e)}getBoundingSphere(e){return this.isEmpty()?e.makeEmpty():(this.getCenter(e.center),e.radius=this.getSize(mn).length()*.5),e}intersect(e){return this.min.max(e.min),this.max.min(e.max),this.isEmpty()&&this.makeEmpty(),this}union(e){return this.min.min(e.min),this.max.max(e.max),this}applyMatrix4(e){return this.isEmpty()?this:(Xn[0].set(this.min.x,this.min.y,this.min.z).applyMatrix4(e),Xn[1].set(this.min.x,this.min.y,this.max.z).applyMatrix4(e),Xn[2].set(this.min.x,this.max.y,this.min.z).applyMatrix4(e),Xn[3].set(this.min.x,this.max.y,this.max.z).applyMatrix4(e),Xn[4].set(this.max.x,this.min.y,this.min.z).applyMatrix4(e),Xn[5].set(this.max.x,this.min.y,this.max.z).applyMatrix4(e),Xn[6].set(this.max.x,this.max.y,this.min.z).applyMatrix4(e),Xn[7].set(this.max.x,this.max.y,this.max.z).applyMatrix4(e),this.setFromPoints(Xn),this)}translate(e){return this.min.add(e),this.max.add(e),this}equals(e){return e.min.equals(this.min)&&e.max.equals(this.max)}toJSON(){return{min:this.min.toArray(),max:this.max.toArray()}}fromJSON(e){return this.min.fromArray(e.min),this.max.fromArray(e.max),this}}const Xn=[new U,new U,new U,new U,new U,new U,new U,new U],mn=new U,or=new dn,Ui=new U,ki=new U,Oi=new U,ii=new U,si=new U,vi=new U,_s=new U,lr=new U,cr=new U,xi=new U;function La(s,e,t,n,i){for(let r=0,a=s.length-3;r<=a;r+=3){xi.fromArray(s,r);const o=i.x*Math.abs(xi.x)+i.y*Math.abs(xi.y)+i.z*Math.abs(xi.z),l=e.dot(xi),c=t.dot(xi),h=n.dot(xi);if(Math.max(-Math.max(l,c,h),Math.min(l,c,h))>o)return!1}return!0}const _t=new U,hr=new De;let gp=0;class hn extends Jn{constructor(e,t,n=!1){if(super(),Array.isArray(e))throw new TypeError("THREE.BufferAttribute: array should be a Typed Array.");this.isBufferAttribute=!0,Object.defineProperty(this,"id",{value:gp++}),this.name="",this.array=e,this.itemSize=t,this.count=e!==void 0?e.length/t:0,this.normalized=n,this.usage=Cd,this.updateRanges=[],this.gpuType=cn,this.version=0,this._normalizationScale=e!==void 0?sa(e):void 0}onUploadCallback(){}set needsUpdate(e){e===!0&&this.version++}setUsage(e){return this.usage=e,this}addUpdateRange(e,t){this.updateRanges.push({start:e,count:t})}clearUpdateRanges(){this.updateRanges.length=0}copy(e){return this.name=e.name,this.array=new e.array.constructor(e.array),this.itemSize=e.itemSize,this.count=e.count,this.normalized=e.normalized,this.usage=e.usage,this.gpuType=e.gpuType,this._normalizationScale=e._normalizationScale,this}copyAt(e,t,n){e*=this.itemSize,n*=t.itemSize;for(let i=0,r=this.itemSize;i<r;i++)this.array[e+i]=t.array[n+i];return this}copyArray(e){return this.array.set(e),this}applyMatrix3(e){if(this.itemSize===2)for(let t=0,n=this.count;t<n;t++)hr.fromBufferAttribute(this,t),hr.applyMatrix3(e),this.setXY(t,hr.x,hr.y);else if(this.itemSize===3)for(let t=0,n=this.count;t<n;t++)_t.fromBufferAttribute(this,t),_t.applyMatrix3(e),this.setXYZ(t,_t.x,_t.y,_t.z);return this}applyMatrix4(e){for(let t=0,n=this.count;t<n;t++)_t.fromBufferAttribute(this,t),_t.applyMatrix4(e),this.setXYZ(t,_t.x,_t.y,_t.z);return this}applyNormalMatrix(e){for(let t=0,n=this.count;t<n;t++)_t.fromBufferAttribute(this,t),_t.applyNormalMatrix(e),this.setXYZ(t,_t.x,_t.y,_t.z);return this}transformDirection(e){for(let t=0,n=this.count;t<n;t++)_t.fromBufferAttribute(this,t),_t.transformDirection(e),this.setXYZ(t,_t.x,_t.y,_t.z);return this}set(e,t=0){return this.array.set(e,t),this}getComponent(e,t){let n=this.array[e*this.itemSize+t];return this.normalized&&(n=this._denormalize(n)),n}setComponent(e,t,n){return this.normalized&&(n=this._normalize(n)),this.array[e*this.itemSize+t]=n,this}getX(e){let t=this.array[e*this.itemSize];return this.normalized&&(t=this._denormalize(t)),t}setX(e,t){return this.normalized&&(t=this._normalize(t)),this.array[e*this.itemSize]=t,this}getY(e){let t=this.array[e*this.itemSize+1];return this.normalized&&(t=this._denormalize(t)),t}setY(e,t){return this.normalized&&(t=this._normalize(t)),this.array[e*this.itemSize+1]=t,this}getZ(e){let t=this.array[e*this.itemSize+2];return this.normalized&&(t=this._denormalize(t)),t}setZ(e,t){return this.normalized&&(t=this._normalize(t)),this.array[e*this.itemSize+2]=t,this}getW(e){let t=this.array[e*this.itemSize+3];return this.normalized&&(t=this._denormalize(t)),t}setW(e,t){return this.normalized&&(t=this._normalize(t)),this.array[e*this.itemSize+3]=t,this}setXY(e,t,n){return e*=this.itemSize,this.normalized&&(t=this._normalize(t),n=this._normalize(n)),this.array[e+0]=t,this.array[e+1]=n,this}setXYZ(e,t,n,i){return e*=this.itemSize,this.normalized&&(t=this._normalize(t),n=this._normalize(n),i=this._normalize(i)),this.array[e+0]=t,this.array[e+1]=n,this.array[e+2]=i,this}setXYZW(e,t,n,i,r){return e*=this.itemSize,this.normalized&&(t=this._normalize(t),n=this._normalize(n),i=this._normalize(i),r=this._normalize(r)),this.array[e+0]=t,this.array[e+1]=n,this.array[e+2]=i,this.array[e+3]=r,this}onUpload(e){return this.onUploadCallback=e,this}clone(){return new this.constructor(this.array,this.itemSize).copy(this)}toJSON(){const e={itemSize:this.itemSize,type:this.array.constructor.name,array:Array.from(this.array),normalized:this.normalized};return e.name=this.name,e.usage=this.usage,e.gpuType=this.gpuType,e}dispose(){this.dispatchEvent({type:"dispose"})}_denormalize(e){const t=this._normalizationScale;return t!==void 0?Math.max(e/t,-1):yl(e,this.array)}_normalize(e){const t=this._normalizationScale;return t!==void 0?Math.round(e*t):Ml(e,this.array)}}class Od extends hn{constructor(e,t,n){super(new Uint16Array(e),t,n)}}class Fd extends hn{constructor(e,t,n){super(new Uint32Array(e),t,n)}}class yn extends hn{constructor(e,t,n){super(new Float32Array(e),t,n)}}const _p=new dn,vs=new U,Pa=new U;class zn{constructor(e=new U,t=-1){this.isSphere=!0,this.center=e,this.radius=t}set(e,t){return this.center.copy(e),this.radius=t,this}setFromPoints(e,t){const n=this.center;t!==void 0?n.copy(t):_p.setFromPoints(e).getCenter(n);let i=0;for(let r=0,a=e.length;r<a;r++)i=Math.max(i,n.distanceToSquared(e[r]));return this.radius=Math.sqrt(i),this}copy(e){return this.center.copy(e.center),this.radius=e.radius,this}isEmpty(){return this.radius<0}makeEmpty(){return this.center.set(0,0,0),this.radius=-1,this}containsPoint(e){return e.distanceToSquared(this.center)<=this.radius*this.radius}distanceToPoint(e){return e.distanceTo(this.center)-this.radius}intersectsSphere(e){const t=this.radius+e.radius;return e.center.distanceToSquared(this.center)<=t*t}intersectsBox(e){return e.intersectsSphere(this)}intersectsPlane(e){return Math.abs(e.distanceToPoint(this.center))<=this.radius}clampPoint(e,t){const n=this.center.distanceToSquared(e);return t.copy(e),n>this.radius*this.radius&&(t.sub(this.center).normalize(),t.multiplyScalar(this.radius).add(this.center)),t}getBoundingBox(e){return this.isEmpty()?(e.makeEmpty(),e):(e.set(this.center,this.center),e.expandByScalar(this.radius),e)}applyMatrix4(e){return this.center.applyMatrix4(e),this.radius=this.radius*e.getMaxScaleOnAxis(),this}translate(e){return this.center.add(e),this}expandByPoint(e){if(this.isEmpty())return this.center.copy(e),this.radius=0,this;vs.subVectors(e,this.center);const t=vs.lengthSq();if(t>this.radius*this.radius){const n=Math.sqrt(t),i=(n-this.radius)*.5;this.center.addScaledVector(vs,i/n),this.radius+=i}return this}union(e){return e.isEmpty()?this:this.isEmpty()?(this.copy(e),this):(this.center.equals(e.center)===!0?this.radius=Math.max(this.radius,e.radius):(Pa.subVectors(e.center,this.center).setLength(e.radius),this.expandByPoint(vs.copy(e.center).add(Pa)),this.expandByPoint(vs.copy(e.center).sub(Pa))),this)}equals(e){return e.center.equals(this.center)&&e.radius===this.radius}clone(){return new this.constructor().copy(this)}toJSON(){return{radius:this.radius,center:this.center.toArray()}}fromJSON(e){return this.radius=e.radius,this.center.fromArray(e.center),this}}let vp=0;const an=new He,Ia=new ot,Fi=new U,Yt=new dn,xs=new dn,Ct=new U;class bn extends Jn{constructor(){super(),this.isBufferGeometry=!0,Object.defineProperty(this,"id",{value:vp++}),this.uuid=Bn(),this.name="",this.type="BufferGeometry",this.index=null,this.indirect=null,this.indirectOffset=0,this.attributes={},this.morphAttributes={},this.morphTargetsRelative=!1,this.groups=[],this.boundingBox=null,this.boundingSphere=null,this.drawRange={start:0,count:1/0},this.userData={},this._transformed=!1}getIndex(){return this.index}setIndex(e){return Array.isArray(e)?this.index=new(Of(e)?Fd:Od)(e,1):this.index=e,this}setIndirect(e,t=0){return this.indirect=e,this.indirectOffset=t,this}getIndirect(){return this.indirect}getAttribute(e){return this.attributes[e]}setAttribute(e,t){return this.attributes[e]=t,this}deleteAttribute(e){return delete this.attributes[e],this}hasAttribute(e){return this.attributes[e]!==void 0}addGroup(e,t,n=0){this.groups.push({start:e,count:t,materialIndex:n})}clearGroups(){this.groups=[]}setDrawRange(e,t){this.drawRange.start=e,this.drawRange.count=t}applyMatrix4(e){const t=this.attributes.position;t!==void 0&&(t.applyMatrix4(e),t.needsUpdate=!0);const n=this.attributes.normal;if(n!==void 0){const r=new Fe().getNormalMatrix(e);n.applyNormalMatrix(r),n.needsUpdate=!0}const i=this.attributes.tangent;return i!==void 0&&(i.transformDirection(e),i.needsUpdate=!0),this.boundingBox!==null&&this.computeBoundingBox(),this.boundingSphere!==null&&this.computeBoundingSphere(),this._transformed=!0,this}applyQuaternion(e){return an.makeRotationFromQuaternion(e),this.applyMatrix4(an),this}rotateX(e){return an.makeRotationX(e),this.applyMatrix4(an),this}rotateY(e){return an.makeRotationY(e),this.applyMatrix4(an),this}rotateZ(e){return an.makeRotationZ(e),this.applyMatrix4(an),this}translate(e,t,n){return an.makeTranslation(e,t,n),this.applyMatrix4(an),this}scale(e,t,n){return an.makeScale(e,t,n),this.applyMatrix4(an),this}lookAt(e){return Ia.lookAt(e),Ia.updateMatrix(),this.applyMatrix4(Ia.matrix),this}center(){return this.computeBoundingBox(),this.boundingBox.getCenter(Fi).negate(),this.translate(Fi.x,Fi.y,Fi.z),this}setFromPoints(e){const t=this.getAttribute("position");if(t===void 0){const n=[];for(let i=0,r=e.length;i<r;i++){const a=e[i];n.push(a.x,a.y,a.z||0)}this.setAttribute("position",new yn(n,3))}else{const n=Math.min(e.length,t.count);for(let i=0;i<n;i++){const r=e[i];t.setXYZ(i,r.x,r.y,r.z||0)}e.length>t.count&&Te("BufferGeometry: Buffer size too small for points data. Use .dispose() and create a new geometry."),t.needsUpdate=!0}return this}computeBoundingBox(){this.boundingBox===null&&(this.boundingBox=new dn);const e=this.attributes.position,t=this.morphAttributes.position;if(e&&e.isGLBufferAttribute){Ne("BufferGeometry.computeBoundingBox(): GLBufferAttribute requires a manual bounding box.",this),this.boundingBox.set(new U(-1/0,-1/0,-1/0),new U(1/0,1/0,1/0));return}if(e!==void 0){if(this.boundingBox.setFromBufferAttribute(e),t)for(let n=0,i=t.length;n<i;n++){const r=t[n];Yt.setFromBufferAttribute(r),this.morphTargetsRelative?(Ct.addVectors(this.boundingBox.min,Yt.min),this.boundingBox.expandByPoint(Ct),Ct.addVectors(this.boundingBox.max,Yt.max),this.boundingBox.expandByPoint(Ct)):(this.boundingBox.expandByPoint(Yt.min),this.boundingBox.expandByPoint(Yt.max))}}else this.boundingBox.makeEmpty();(isNaN(this.boundingBox.min.x)||isNaN(this.boundingBox.min.y)||isNaN(this.boundingBox.min.z))&&Ne('BufferGeometry.computeBoundingBox(): Computed min/max have NaN values. The "position" attribute is likely to have NaN values.',this)}computeBoundingSphere(){this.boundingSphere===null&&(this.boundingSphere=new zn);const e=this.attributes.position,t=this.morphAttributes.position;if(e&&e.isGLBufferAttribute){Ne("BufferGeometry.computeBoundingSphere(): GLBufferAttribute requires a manual bounding sphere.",this),this.boundingSphere.set(new U,1/0);return}if(e){const n=this.boundingSphere.center;if(Yt.setFromBufferAttribute(e),t)for(let r=0,a=t.length;r<a;r++){const o=t[r];xs.setFromBufferAttribute(o),this.morphTargetsRelative?(Ct.addVectors(Yt.min,xs.min),Yt.expandByPoint(Ct),Ct.addVectors(Yt.max,xs.max),Yt.expandByPoint(Ct)):(Yt.expandByPoint(xs.min),Yt.expandByPoint(xs.max))}Yt.getCenter(n);let i=0;for(let r=0,a=e.count;r<a;r++)Ct.fromBufferAttribute(e,r),i=Math.max(i,n.distanceToSquared(Ct));if(t)for(let r=0,a=t.length;r<a;r++){const o=t[r],l=this.morphTargetsRelative;for(let c=0,h=o.count;c<h;c++)Ct.fromBufferAttribute(o,c),l&&(Fi.fromBufferAttribute(e,c),Ct.add(Fi)),i=Math.max(i,n.distanceToSquared(Ct))}this.boundingSphere.radius=Math.sqrt(i),isNaN(this.boundingSphere.radius)&&Ne('BufferGeometry.computeBoundingSphere(): Computed radius is NaN. The "position" attribute is likely to have NaN values.',this)}}computeTangents(){const e=this.index,t=this.attributes;if(e===null||t.position===void 0||t.normal===void 0||t.uv===void 0){Ne("BufferGeometry: .computeTangents() failed. Missing required attributes (index, position, normal or uv)");return}const n=t.position,i=t.normal,r=t.uv;let a=this.getAttribute("tangent");(a===void 0||a.count!==n.count)&&(a=new hn(new Float32Array(4*n.count),4),this.setAttribute("tangent",a));const o=[],l=[],c=new Uint8Array(n.count);for(let k=0;k<n.count;k++)o[k]=new U,l[k]=new U;const h=new U,d=new U,u=new U,f=new De,p=new De,v=new De,m=new U,g=new U;function y(k,P,N){c[k]=c[P]=c[N]=1,h.fromBufferAttribute(n,k),d.fromBufferAttribute(n,P),u.fromBufferAttribute(n,N),f.fromBufferAttribute(r,k),p.fromBufferAttribute(r,P),v.fromBufferAttribute(r,N),d.sub(h),u.sub(h),p.sub(f),v.sub(f);const G=1/(p.x*v.y-v.x*p.y);isFinite(G)&&(m.copy(d).multiplyScalar(v.y).addScaledVector(u,-p.y).multiplyScalar(G),g.copy(u).multiplyScalar(p.x).addScaledVector(d,-v.x).multiplyScalar(G),o[k].add(m),o[P].add(m),o[N].add(m),l[k].add(g),l[P].add(g),l[N].add(g))}let T=this.groups;T.length===0&&(T=[{start:0,count:e.count}]);for(let k=0,P=T.length;k<P;++k){const N=T[k],G=N.start,$=N.count;for(let I=G,W=G+$;I<W;I+=3)y(e.getX(I+0),e.getX(I+1),e.getX(I+2))}const S=new U,R=new U,w=new U,_=new U;function b(k){w.fromBufferAttribute(i,k),_.copy(w);const P=o[k];S.copy(P),S.sub(w.multiplyScalar(w.dot(P))).normalize(),R.crossVectors(_,P);const G=R.dot(l[k])<0?-1:1;a.setXYZW(k,S.x,S.y,S.z,G)}for(let k=0,P=n.count;k<P;++k)c[k]&&b(k);this._transformed=!0}computeVertexNormals(){const e=this.index,t=this.getAttribute("position");if(t!==void 0){let n=this.getAttribute("normal");if(n===void 0||n.count!==t.count)n=new hn(new Float32Array(t.count*3),3),this.setAttribute("normal",n);else for(let u=0,f=n.count;u<f;u++)n.setXYZ(u,0,0,0);const i=new U,r=new U,a=new U,o=new U,l=new U,c=new U,h=new U,d=new U;if(e)for(let u=0,f=e.count;u<f;u+=3){const p=e.getX(u+0),v=e.getX(u+1),m=e.getX(u+2);i.fromBufferAttribute(t,p),r.fromBufferAttribute(t,v),a.fromBufferAttribute(t,m),h.subVectors(a,r),d.subVectors(i,r),h.cross(d),o.fromBufferAttribute(n,p),l.fromBufferAttribute(n,v),c.fromBufferAttribute(n,m),o.add(h),l.add(h),c.add(h),n.setXYZ(p,o.x,o.y,o.z),n.setXYZ(v,l.x,l.y,l.z),n.setXYZ(m,c.x,c.y,c.z)}else for(let u=0,f=t.count;u<f;u+=3)i.fromBufferAttribute(t,u+0),r.fromBufferAttribute(t,u+1),a.fromBufferAttribute(t,u+2),h.subVectors(a,r),d.subVectors(i,r),h.cross(d),n.setXYZ(u+0,h.x,h.y,h.z),n.setXYZ(u+1,h.x,h.y,h.z),n.setXYZ(u+2,h.x,h.y,h.z);this.normalizeNormals(),n.needsUpdate=!0}}normalizeNormals(){const e=this.attributes.normal;for(let t=0,n=e.count;t<n;t++)Ct.fromBufferAttribute(e,t),Ct.normalize(),e.setXYZ(t,Ct.x,Ct.y,Ct.z)}toNonIndexed(){function e(o,l){const c=o.array,h=o.itemSize,d=o.normalized,u=new c.constructor(l.length*h);let f=0,p=0;for(let v=0,m=l.length;v<m;v++){o.isInterleavedBufferAttribute?f=l[v]*o.data.stride+o.offset:f=l[v]*h;for(let g=0;g<h;g++)u[p++]=c[f++]}return new hn(u,h,d)}if(this.index===null)return Te("BufferGeometry.toNonIndexed(): BufferGeometry is already non-indexed."),this;const t=new bn,n=this.index.array,i=this.attributes;for(const o in i){const l=i[o],c=e(l,n);t.setAttribute(o,c)}const r=this.morphAttributes;for(const o in r){const l=[],c=r[o];for(let h=0,d=c.length;h<d;h++){const u=c[h],f=e(u,n);l.push(f)}t.morphAttributes[o]=l}t.morphTargetsRelative=this.morphTargetsRelative;const a=this.groups;for(let o=0,l=a.length;o<l;o++){const c=a[o];t.addGroup(c.start,c.count,c.materialIndex)}return t}toJSON(){const e={metadata:{version:4.7,type:"BufferGeometry",generator:"BufferGeometry.toJSON"}};if(e.uuid=this.uuid,e.type=this.parameters!==void 0&&this._transformed===!0?"BufferGeometry":this.type,e.name=this.name,Object.keys(this.userData).length>0&&(e.userData=this.userData),this.parameters!==void 0&&this._transformed!==!0){const l=this.parameters;for(const c in l)l[c]!==void 0&&(e[c]=l[c]);return e}e.data={attributes:{}};const t=this.index;t!==null&&(e.data.index={type:t.array.constructor.name,array:Array.prototype.slice.call(t.array)});const n=this.attributes;for(const l in n){const c=n[l];e.data.attributes[l]=c.toJSON(e.data)}const i={};let r=!1;for(const l in this.morphAttributes){const c=this.morphAttributes[l],h=[];for(let d=0,u=c.length;d<u;d++){const f=c[d];h.push(f.toJSON(e.data))}h.length>0&&(i[l]=h,r=!0)}r&&(e.data.morphAttributes=i,e.data.morphTargetsRelative=this.morphTargetsRelative);const a=this.groups;a.length>0&&(e.data.groups=JSON.parse(JSON.stringify(a)));const o=this.boundingSphere;return o!==null&&(e.data.boundingSphere=o.toJSON()),e}clone(){return new this.constructor().copy(this)}copy(e){this.index=null,this.attributes={},this.morphAttributes={},this.groups=[],this.boundingBox=null,this.boundingSphere=null;const t={};this.name=e.name;const n=e.index;n!==null&&this.setIndex(n.clone());const i=e.attributes;for(const c in i){const h=i[c];this.setAttribute(c,h.clone(t))}const r=e.morphAttributes;for(const c in r){const h=[],d=r[c];for(let u=0,f=d.length;u<f;u++)h.push(d[u].clone(t));this.morphAttributes[c]=h}this.morphTargetsRelative=e.morphTargetsRelative;const a=e.groups;for(let c=0,h=a.length;c<h;c++){const d=a[c];this.addGroup(d.start,d.count,d.materialIndex)}const o=e.boundingBox;o!==null&&(this.boundingBox=o.clone());const l=e.boundingSphere;return l!==null&&(this.boundingSphere=l.clone()),this.drawRange.start=e.drawRange.start,this.drawRange.count=e.drawRange.count,this.userData=e.userData,this._transformed=e._transformed,this}dispose(){this.dispatchEvent({type:"dispose"})}}class xp{constructor(e,t){this.isInterleavedBuffer=!0,this.array=e,this.stride=t,this.count=e!==void 0?e.length/t:0,this.usage=Cd,this.updateRanges=[],this.version=0,this.uuid=Bn()}onUploadCallback(){}set needsUpdate(e){e===!0&&this.version++}setUsage(e){return this.usage=e,this}addUpdateRange(e,t){this.updateRanges.push({start:e,count:t})}clearUpdateRanges(){this.updateRanges.length=0}copy(e){return this.array=new e.array.constructor(e.array),this.count=e.count,this.stride=e.stride,this.usage=e.usage,this}copyAt(e,t,n){e*=this.stride,n*=t.stride;for(let i=0,r=this.stride;i<r;i++)this.array[e+i]=t.array[n+i];return this}set(e,t=0){return this.array.set(e,t),this}clone(e){e.arrayBuffers===void 0&&(e.arrayBuffers={});const t=Sc(this.array);e.arrayBuffers[t]===void 0&&(e.arrayBuffers[t]=this.array.slice(0).buffer);const n=new this.array.constructor(e.arrayBuffers[t]),i=new this.constructor(n,this.stride);return i.setUsage(this.usage),i}onUpload(e){return this.onUploadCallback=e,this}toJSON(e){e.arrayBuffers===void 0&&(e.arrayBuffers={});const t=Sc(this.array);e.arrayBuffers[t]===void 0&&(e.arrayBuffers[t]=Array.from(new Uint32Array(this.array.slice(0).buffer)));const n={uuid:this.uuid,buffer:t,type:this.array.constructor.name,stride:this.stride};return n.usage=this.usage,n}}function Sc(s){return s.buffer._uuid===void 0&&(s.buffer._uuid=Bn()),s.byteOffset===0&&s.byteLength===s.buffer.byteLength?s.buffer._uuid:s.buffer._uuid+":"+s.byteOffset+":"+s.byteLength}const Ht=new U;class bl{constructor(e,t,n,i=!1){this.isInterleavedBufferAttribute=!0,this.name="",this.data=e,this.itemSize=t,this.offset=n,this.normalized=i,this._normalizationScale=e!==void 0?sa(e.array):void 0}get count(){return this.data.count}get array(){return this.data.array}set needsUpdate(e){this.data.needsUpdate=e}applyMatrix4(e){for(let t=0,n=this.data.count;t<n;t++)Ht.fromBufferAttribute(this,t),Ht.applyMatrix4(e),this.setXYZ(t,Ht.x,Ht.y,Ht.z);return this}applyNormalMatrix(e){for(let t=0,n=this.count;t<n;t++)Ht.fromBufferAttribute(this,t),Ht.applyNormalMatrix(e),this.setXYZ(t,Ht.x,Ht.y,Ht.z);return this}transformDirection(e){for(let t=0,n=this.count;t<n;t++)Ht.fromBufferAttribute(this,t),Ht.transformDirection(e),this.setXYZ(t,Ht.x,Ht.y,Ht.z);return this}getComponent(e,t){let n=this.array[e*this.data.stride+this.offset+t];return this.normalized&&(n=this._denormalize(n)),n}setComponent(e,t,n){return this.normalized&&(n=this._normalize(n)),this.data.array[e*this.data.stride+this.offset+t]=n,this}setX(e,t){return this.normalized&&(t=this._normalize(t)),this.data.array[e*this.data.stride+this.offset]=t,this}setY(e,t){return this.normalized&&(t=this._normalize(t)),this.data.array[e*this.data.stride+this.offset+1]=t,this}setZ(e,t){return this.normalized&&(t=this._normalize(t)),this.data.array[e*this.data.stride+this.offset+2]=t,this}setW(e,t){return this.normalized&&(t=this._normalize(t)),this.data.array[e*this.data.stride+this.offset+3]=t,this}getX(e){let t=this.data.array[e*this.data.stride+this.offset];return this.normalized&&(t=this._denormalize(t)),t}getY(e){let t=this.data.array[e*this.data.stride+this.offset+1];return this.normalized&&(t=this._denormalize(t)),t}getZ(e){let t=this.data.array[e*this.data.stride+this.offset+2];return this.normalized&&(t=this._denormalize(t)),t}getW(e){let t=this.data.array[e*this.data.stride+this.offset+3];return this.normalized&&(t=this._denormalize(t)),t}setXY(e,t,n){return e=e*this.data.stride+this.offset,this.normalized&&(t=this._normalize(t),n=this._normalize(n)),this.data.array[e+0]=t,this.data.array[e+1]=n,this}setXYZ(e,t,n,i){return e=e*this.data.stride+this.offset,this.normalized&&(t=this._normalize(t),n=this._normalize(n),i=this._normalize(i)),this.data.array[e+0]=t,this.data.array[e+1]=n,this.data.array[e+2]=i,this}setXYZW(e,t,n,i,r){return e=e*this.data.stride+this.offset,this.normalized&&(t=this._normalize(t),n=this._normalize(n),i=this._normalize(i),r=this._normalize(r)),this.data.array[e+0]=t,this.data.array[e+1]=n,this.data.array[e+2]=i,this.data.array[e+3]=r,this}clone(e){if(e===void 0){Jr("InterleavedBufferAttribute.clone(): Cloning an interleaved buffer attribute will de-interleave buffer data.");const t=[];for(let n=0;n<this.count;n++){const i=n*this.data.stride+this.offset;for(let r=0;r<this.itemSize;r++)t.push(this.data.array[i+r])}return new hn(new this.array.constructor(t),this.itemSize,this.normalized)}else return e.interleavedBuffers===void 0&&(e.interleavedBuffers={}),e.interleavedBuffers[this.data.uuid]===void 0&&(e.interleavedBuffers[this.data.uuid]=this.data.clone(e)),new bl(e.interleavedBuffers[this.data.uuid],this.itemSize,this.offset,this.normalized)}toJSON(e){if(e===void 0){Jr("InterleavedBufferAttribute.toJSON(): Serializing an interleaved buffer attribute will de-interleave buffer data.");const t=[];for(let n=0;n<this.count;n++){const i=n*this.data.stride+this.offset;for(let r=0;r<this.itemSize;r++)t.push(this.data.array[i+r])}return{itemSize:this.itemSize,type:this.array.constructor.name,array:t,normalized:this.normalized}}else return e.interleavedBuffers===void 0&&(e.interleavedBuffers={}),e.interleavedBuffers[this.data.uuid]===void 0&&(e.interleavedBuffers[this.data.uuid]=this.data.toJSON(e)),{isInterleavedBufferAttribute:!0,itemSize:this.itemSize,data:this.data.uuid,offset:this.offset,normalized:this.normalized}}_denormalize(e){const t=this._normalizationScale;return t!==void 0?Math.max(e/t,-1):yl(e,this.data.array)}_normalize(e){const t=this._normalizationScale;return t!==void 0?Math.round(e*t):Ml(e,this.data.array)}}const Da=new U,yp=new U,Mp=new Fe;class Kn{constructor(e=new U(1,0,0),t=0){this.isPlane=!0,this.normal=e,this.constant=t}set(e,t){return this.normal.copy(e),this.constant=t,this}setComponents(e,t,n,i){return this.normal.set(e,t,n),this.constant=i,this}setFromNormalAndCoplanarPoint(e,t){return this.normal.copy(e),this.constant=-t.dot(this.normal),this}setFromCoplanarPoints(e,t,n){const i=Da.subVectors(n,t).cross(yp.subVectors(e,t)).normalize();return this.setFromNormalAndCoplanarPoint(i,e),this}copy(e){return this.normal.copy(e.normal),this.constant=e.constant,this}normalize(){const e=1/this.normal.length();return this.normal.multiplyScalar(e),this.constant*=e,this}negate(){return this.constant*=-1,this.normal.negate(),this}distanceToPoint(e){return this.normal.dot(e)+this.constant}distanceToSphere(e){return this.distanceToPoint(e.center)-e.radius}projectPoint(e,t){return t.copy(e).addScaledVector(this.normal,-this.distanceToPoint(e))}intersectLine(e,t,n=!0){const i=e.delta(Da),r=this.normal.dot(i);if(r===0)return this.distanceToPoint(e.start)===0?t.copy(e.start):null;const a=-(e.start.dot(this.normal)+this.constant)/r;return n===!0&&(a<0||a>1)?null:t.copy(e.start).addScaledVector(i,a)}intersectsLine(e){const t=this.distanceToPoint(e.start),n=this.distanceToPoint(e.end);return t<0&&n>0||n<0&&t>0}intersectsBox(e){return e.intersectsPlane(this)}intersectsSphere(e){return e.intersectsPlane(this)}coplanarPoint(e){return e.copy(this.normal).multiplyScalar(-this.constant)}applyMatrix4(e,t){const n=t||Mp.getNormalMatrix(e),i=this.coplanarPoint(Da).applyMatrix4(e),r=this.normal.applyMatrix3(n).normalize();return this.constant=-i.dot(r),this}translate(e){return this.constant-=e.dot(this.normal),this}equals(e){return e.normal.equals(this.normal)&&e.constant===this.constant}clone(){return new this.constructor().copy(this)}toJSON(){return{normal:this.normal.toArray(),constant:this.constant}}fromJSON(e){return this.normal.fromArray(e.normal),this.constant=e.constant,this}}let Sp=0;class Mn extends Jn{constructor(){super(),this.isMaterial=!0,Object.defineProperty(this,"id",{value:Sp++}),this.uuid=Bn(),this.name="",this.type="Material",this.blending=ks,this.side=fi,this.vertexColors=!1,this.opacity=1,this.transparent=!1,this.alphaHash=!1,this.blendSrc=cd,this.blendDst=hd,this.blendEquation=Wi,this.blendSrcAlpha=null,this.blendDstAlpha=null,this.blendEquationAlpha=null,this.blendColor=new Ie(0,0,0),this.blendAlpha=0,this.depthFunc=Gs,this.depthTest=!0,this.depthWrite=!0,this.stencilWriteMask=255,this.stencilFunc=Pf,this.stencilRef=0,this.stencilFuncMask=255,this.stencilFail=ma,this.stencilZFail=ma,this.stencilZPass=ma,this.stencilWrite=!1,this.clippingPlanes=null,this.clipIntersection=!1,this.clipShadows=!1,this.shadowSide=null,this.colorWrite=!0,this.precision=null,this.polygonOffset=!1,this.polygonOffsetFactor=0,this.polygonOffsetUnits=0,this.dithering=!1,this.alphaToCoverage=!1,this.premultipliedAlpha=!1,this.forceSinglePass=!1,this.allowOverride=!0,this.visible=!0,this.toneMapped=!0,this.userData={},this.version=0,this._alphaTest=0}get alphaTest(){return this._alphaTest}set alphaTest(e){this._alphaTest>0!=e>0&&this.version++,this._alphaTest=e}onBeforeRender(){}onBeforeCompile(){}customProgramCacheKey(){return this.onBeforeCompile.toString()}setValues(e){if(e!==void 0)for(const t in e){const n=e[t];if(n===void 0){Te(`Material: parameter '${t}' has value of undefined.`);continue}const i=this[t];if(i===void 0){Te(`Material: '${t}' is not a property of THREE.${this.type}.`);continue}i&&i.isColor?i.set(n):i&&i.isVector2&&n&&n.isVector2||i&&i.isEuler&&n&&n.isEuler||i&&i.isVector3&&n&&n.isVector3?i.copy(n):this[t]=n}}toJSON(e){const t=e===void 0||typeof e=="string";t&&(e={textures:{},images:{}});const n={metadata:{version:4.7,type:"Material",generator:"Material.toJSON"}};n.uuid=this.uuid,n.type=this.type,n.blending=this.blending,n.side=this.side,n.shadowSide=this.shadowSide,n.vertexColors=this.vertexColors,n.opacity=this.opacity,n.transparent=this.transparent,n.blendSrc=this.blendSrc,n.blendDst=this.blendDst,n.blendEquation=this.blendEquation,n.blendSrcAlpha=this.blendSrcAlpha,n.blendDstAlpha=this.blendDstAlpha,n.blendEquationAlpha=this.blendEquationAlpha,n.blendColor=this.blendColor.getHex(),n.blendAlpha=this.blendAlpha,n.depthFunc=this.depthFunc,n.depthTest=this.depthTest,n.depthWrite=this.depthWrite,n.colorWrite=this.colorWrite,n.clipIntersection=this.clipIntersection,n.clipShadows=this.clipShadows,n.stencilWriteMask=this.stencilWriteMask,n.stencilFunc=this.stencilFunc,n.stencilRef=this.stencilRef,n.stencilFuncMask=this.stencilFuncMask,n.stencilFail=this.stencilFail,n.stencilZFail=this.stencilZFail,n.stencilZPass=this.stencilZPass,n.stencilWrite=this.stencilWrite,n.polygonOffset=this.polygonOffset,n.polygonOffsetFactor=this.polygonOffsetFactor,n.polygonOffsetUnits=this.polygonOffsetUnits,n.dithering=this.dithering,n.alphaTest=this.alphaTest,n.alphaHash=this.alphaHash,n.alphaToCoverage=this.alphaToCoverage,n.premultipliedAlpha=this.premultipliedAlpha,n.forceSinglePass=this.forceSinglePass,n.allowOverride=this.allowOverride,n.visible=this.visible,n.toneMapped=this.toneMapped,n.name=this.name,this.color&&this.color.isColor&&(n.color=this.color.getHex()),this.roughness!==void 0&&(n.roughness=this.roughness),this.metalness!==void 0&&(n.metalness=this.metalness),this.sheen!==void 0&&(n.sheen=this.sheen),this.sheenColor&&this.sheenColor.isColor&&(n.sheenColor=this.sheenColor.getHex()),this.sheenRoughness!==void 0&&(n.sheenRoughness=this.sheenRoughness),this.emissive&&this.emissive.isColor&&(n.emissive=this.emissive.getHex()),this.emissiveIntensity!==void 0&&(n.emissiveIntensity=this.emissiveIntensity),this.specular&&this.specular.isColor&&(n.specular=this.specular.getHex()),this.specularIntensity!==void 0&&(n.specularIntensity=this.specularIntensity),this.specularColor&&this.specularColor.isColor&&(n.specularColor=this.specularColor.getHex()),this.shininess!==void 0&&(n.shininess=this.shininess),this.clearcoat!==void 0&&(n.clearcoat=this.clearcoat),this.clearcoatRoughness!==void 0&&(n.clearcoatRoughness=this.clearcoatRoughness),this.diffuseRoughness!==void 0&&(n.diffuseRoughness=this.diffuseRoughness),this.diffuseRoughnessMap&&this.diffuseRoughnessMap.isTexture&&(n.diffuseRoughnessMap=this.diffuseRoughnessMap.toJSON(e).uuid),this.clearcoatMap&&this.clearcoatMap.isTexture&&(n.clearcoatMap=this.clearcoatMap.toJSON(e).uuid),this.clearcoatRoughnessMap&&this.clearcoatRoughnessMap.isTexture&&(n.clearcoatRoughnessMap=this.clearcoatRoughnessMap.toJSON(e).uuid),this.clearcoatNormalMap&&this.clearcoatNormalMap.isTexture&&(n.clearcoatNormalMap=this.clearcoatNormalMap.toJSON(e).uuid,n.clearcoatNormalScale=this.clearcoatNormalScale.toArray()),this.sheenColorMap&&this.sheenColorMap.isTexture&&(n.sheenColorMap=this.sheenColorMap.toJSON(e).uuid),this.sheenRoughnessMap&&this.sheenRoughnessMap.isTexture&&(n.sheenRoughnessMap=this.sheenRoughnessMap.toJSON(e).uuid),this.dispersion!==void 0&&(n.dispersion=this.dispersion),this.retroreflectivity!==void 0&&(n.retroreflectivity=this.retroreflectivity),this.iridescence!==void 0&&(n.iridescence=this.iridescence),this.iridescenceIOR!==void 0&&(n.iridescenceIOR=this.iridescenceIOR),this.iridescenceThicknessMinimum!==void 0&&(n.iridescenceThicknessMinimum=this.iridescenceThicknessMinimum),this.iridescenceThicknessMaximum!==void 0&&(n.iridescenceThicknessMaximum=this.iridescenceThicknessMaximum),this.iridescenceMap&&this.iridescenceMap.isTexture&&(n.iridescenceMap=this.iridescenceMap.toJSON(e).uuid),this.iridescenceThicknessMap&&this.iridescenceThicknessMap.isTexture&&(n.iridescenceThicknessMap=this.iridescenceThicknessMap.toJSON(e).uuid),this.anisotropy!==void 0&&(n.anisotropy=this.anisotropy),this.anisotropyRotation!==void 0&&(n.anisotropyRotation=this.anisotropyRotation),this.anisotropyMap&&this.anisotropyMap.isTexture&&(n.anisotropyMap=this.anisotropyMap.toJSON(e).uuid),this.map&&this.map.isTexture&&(n.map=this.map.toJSON(e).uuid),this.matcap&&this.matcap.isTexture&&(n.matcap=this.matcap.toJSON(e).uuid),this.alphaMap&&this.alphaMap.isTexture&&(n.alphaMap=this.alphaMap.toJSON(e).uuid),this.lightMap&&this.lightMap.isTexture&&(n.lightMap=this.lightMap.toJSON(e).uuid,n.lightMapIntensity=this.lightMapIntensity),this.aoMap&&this.aoMap.isTexture&&(n.aoMap=this.aoMap.toJSON(e).uuid,n.aoMapIntensity=this.aoMapIntensity),this.bumpMap&&this.bumpMap.isTexture&&(n.bumpMap=this.bumpMap.toJSON(e).uuid,n.bumpScale=this.bumpScale),this.normalMap&&this.normalMap.isTexture&&(n.normalMap=this.normalMap.toJSON(e).uuid,n.normalMapType=this.normalMapType,n.normalScale=this.normalScale.toArray()),this.displacementMap&&this.displacementMap.isTexture&&(n.displacementMap=this.displacementMap.toJSON(e).uuid,n.displacementScale=this.displacementScale,n.displacementBias=this.displacementBias),this.roughnessMap&&this.roughnessMap.isTexture&&(n.roughnessMap=this.roughnessMap.toJSON(e).uuid),this.metalnessMap&&this.metalnessMap.isTexture&&(n.metalnessMap=this.metalnessMap.toJSON(e).uuid),this.emissiveMap&&this.emissiveMap.isTexture&&(n.emissiveMap=this.emissiveMap.toJSON(e).uuid),this.specularMap&&this.specularMap.isTexture&&(n.specularMap=this.specularMap.toJSON(e).uuid),this.specularIntensityMap&&this.specularIntensityMap.isTexture&&(n.specularIntensityMap=this.specularIntensityMap.toJSON(e).uuid),this.specularColorMap&&this.specularColorMap.isTexture&&(n.specularColorMap=this.specularColorMap.toJSON(e).uuid),this.envMap&&this.envMap.isTexture&&(n.envMap=this.envMap.toJSON(e).uuid,this.combine!==void 0&&(n.combine=this.combine)),this.envMapRotation!==void 0&&(n.envMapRotation=this.envMapRotation.toArray()),this.envMapIntensity!==void 0&&(n.envMapIntensity=this.envMapIntensity),this.reflectivity!==void 0&&(n.reflectivity=this.reflectivity),this.refractionRatio!==void 0&&(n.refractionRatio=this.refractionRatio),this.gradientMap&&this.gradientMap.isTexture&&(n.gradientMap=this.gradientMap.toJSON(e).uuid),this.transmission!==void 0&&(n.transmission=this.transmission),this.transmissionMap&&this.transmissionMap.isTexture&&(n.transmissionMap=this.transmissionMap.toJSON(e).uuid),this.thickness!==void 0&&(n.thickness=this.thickness),this.thicknessMap&&this.thicknessMap.isTexture&&(n.thicknessMap=this.thicknessMap.toJSON(e).uuid),this.attenuationDistance!==void 0&&(n.attenuationDistance=this.attenuationDistance),this.attenuationColor!==void 0&&(n.attenuationColor=this.attenuationColor.getHex()),this.size!==void 0&&(n.size=this.size),this.sizeAttenuation!==void 0&&(n.sizeAttenuation=this.sizeAttenuation),Array.isArray(this.clippingPlanes)&&this.clippingPlanes.length>0&&(n.clippingPlanes=this.clippingPlanes.map(r=>r.toJSON())),this.rotation!==void 0&&(n.rotation=this.rotation),this.depthPacking!==void 0&&(n.depthPacking=this.depthPacking),this.linewidth!==void 0&&(n.linewidth=this.linewidth),this.linecap!==void 0&&(n.linecap=this.linecap),this.linejoin!==void 0&&(n.linejoin=this.linejoin),this.dashSize!==void 0&&(n.dashSize=this.dashSize),this.gapSize!==void 0&&(n.gapSize=this.gapSize),this.scale!==void 0&&(n.scale=this.scale),this.wireframe!==void 0&&(n.wireframe=this.wireframe),this.wireframeLinewidth!==void 0&&(n.wireframeLinewidth=this.wireframeLinewidth),this.wireframeLinecap!==void 0&&(n.wireframeLinecap=this.wireframeLinecap),this.wireframeLinejoin!==void 0&&(n.wireframeLinejoin=this.wireframeLinejoin),this.flatShading!==void 0&&(n.flatShading=this.flatShading),this.fog!==void 0&&(n.fog=this.fog),Object.keys(this.userData).length>0&&(n.userData=this.userData);function i(r){const a=[];for(const o in r){const l=r[o];delete l.metadata,a.push(l)}return a}if(t){const r=i(e.textures),a=i(e.images);r.length>0&&(n.textures=r),a.length>0&&(n.images=a)}return n}fromJSON(e,t){if(e.uuid!==void 0&&(this.uuid=e.uuid),e.name!==void 0&&(this.name=e.name),e.color!==void 0&&this.color!==void 0&&this.color.setHex(e.color),e.roughness!==void 0&&(this.roughness=e.roughness),e.metalness!==void 0&&(this.metalness=e.metalness),e.sheen!==void 0&&(this.sheen=e.sheen),e.sheenColor!==void 0&&(this.sheenColor=new Ie().setHex(e.sheenColor)),e.sheenRoughness!==void 0&&(this.sheenRoughness=e.sheenRoughness),e.emissive!==void 0&&this.emissive!==void 0&&this.emissive.setHex(e.emissive),e.specular!==void 0&&this.specular!==void 0&&this.specular.setHex(e.specular),e.specularIntensity!==void 0&&(this.specularIntensity=e.specularIntensity),e.specularColor!==void 0&&this.specularColor!==void 0&&this.specularColor.setHex(e.specularColor),e.shininess!==void 0&&(this.shininess=e.shininess),e.clearcoat!==void 0&&(this.clearcoat=e.clearcoat),e.clearcoatRoughness!==void 0&&(this.clearcoatRoughness=e.clearcoatRoughness),e.diffuseRoughness!==void 0&&(this.diffuseRoughness=e.diffuseRoughness),e.dispersion!==void 0&&(this.dispersion=e.dispersion),e.retroreflectivity!==void 0&&(this.retroreflectivity=e.retroreflectivity),e.iridescence!==void 0&&(this.iridescence=e.iridescence),e.iridescenceIOR!==void 0&&(this.iridescenceIOR=e.iridescenceIOR),e.iridescenceThicknessMinimum!==void 0&&(this.iridescenceThicknessMinimum=e.iridescenceThicknessMinimum),e.iridescenceThicknessMaximum!==void 0&&(this.iridescenceThicknessMaximum=e.iridescenceThicknessMaximum),e.iridescenceThicknessRange!==void 0&&(this.iridescenceThicknessMinimum=e.iridescenceThicknessRange[0],this.iridescenceThicknessMaximum=e.iridescenceThicknessRange[1]),e.transmission!==void 0&&(this.transmission=e.transmission),e.thickness!==void 0&&(this.thickness=e.thickness),e.attenuationDistance!==void 0&&(this.attenuationDistance=e.attenuationDistance),e.attenuationColor!==void 0&&this.attenuationColor!==void 0&&this.attenuationColor.setHex(e.attenuationColor),e.anisotropy!==void 0&&(this.anisotropy=e.anisotropy),e.anisotropyRotation!==void 0&&(this.anisotropyRotation=e.anisotropyRotation),e.fog!==void 0&&(this.fog=e.fog),e.flatShading!==void 0&&(this.flatShading=e.flatShading),e.blending!==void 0&&(this.blending=e.blending),e.combine!==void 0&&(this.combine=e.combine),e.side!==void 0&&(this.side=e.side),e.shadowSide!==void 0&&(this.shadowSide=e.shadowSide),e.opacity!==void 0&&(this.opacity=e.opacity),e.transparent!==void 0&&(this.transparent=e.transparent),e.alphaTest!==void 0&&(this.alphaTest=e.alphaTest),e.alphaHash!==void 0&&(this.alphaHash=e.alphaHash),e.depthFunc!==void 0&&(this.depthFunc=e.depthFunc),e.depthTest!==void 0&&(this.depthTest=e.depthTest),e.depthWrite!==void 0&&(this.depthWrite=e.depthWrite),e.colorWrite!==void 0&&(this.colorWrite=e.colorWrite),e.clippingPlanes!==void 0&&(this.clippingPlanes=e.clippingPlanes.map(n=>new Kn().fromJSON(n))),e.clipIntersection!==void 0&&(this.clipIntersection=e.clipIntersection),e.clipShadows!==void 0&&(this.clipShadows=e.clipShadows),e.depthPacking!==void 0&&(this.depthPacking=e.depthPacking),e.blendSrc!==void 0&&(this.blendSrc=e.blendSrc),e.blendDst!==void 0&&(this.blendDst=e.blendDst),e.blendEquation!==void 0&&(this.blendEquation=e.blendEquation),e.blendSrcAlpha!==void 0&&(this.blendSrcAlpha=e.blendSrcAlpha),e.blendDstAlpha!==void 0&&(this.blendDstAlpha=e.blendDstAlpha),e.blendEquationAlpha!==void 0&&(this.blendEquationAlpha=e.blendEquationAlpha),e.blendColor!==void 0&&this.blendColor!==void 0&&this.blendColor.setHex(e.blendColor),e.blendAlpha!==void 0&&(this.blendAlpha=e.blendAlpha),e.stencilWriteMask!==void 0&&(this.stencilWriteMask=e.stencilWriteMask),e.stencilFunc!==void 0&&(this.stencilFunc=e.stencilFunc),e.stencilRef!==void 0&&(this.stencilRef=e.stencilRef),e.stencilFuncMask!==void 0&&(this.stencilFuncMask=e.stencilFuncMask),e.stencilFail!==void 0&&(this.stencilFail=e.stencilFail),e.stencilZFail!==void 0&&(this.stencilZFail=e.stencilZFail),e.stencilZPass!==void 0&&(this.stencilZPass=e.stencilZPass),e.stencilWrite!==void 0&&(this.stencilWrite=e.stencilWrite),e.wireframe!==void 0&&(this.wireframe=e.wireframe),e.wireframeLinewidth!==void 0&&(this.wireframeLinewidth=e.wireframeLinewidth),e.wireframeLinecap!==void 0&&(this.wireframeLinecap=e.wireframeLinecap),e.wireframeLinejoin!==void 0&&(this.wireframeLinejoin=e.wireframeLinejoin),e.rotation!==void 0&&(this.rotation=e.rotation),e.linewidth!==void 0&&(this.linewidth=e.linewidth),e.linecap!==void 0&&(this.linecap=e.linecap),e.linejoin!==void 0&&(this.linejoin=e.linejoin),e.dashSize!==void 0&&(this.dashSize=e.dashSize),e.gapSize!==void 0&&(this.gapSize=e.gapSize),e.scale!==void 0&&(this.scale=e.scale),e.polygonOffset!==void 0&&(this.polygonOffset=e.polygonOffset),e.polygonOffsetFactor!==void 0&&(this.polygonOffsetFactor=e.polygonOffsetFactor),e.polygonOffsetUnits!==void 0&&(this.polygonOffsetUnits=e.polygonOffsetUnits),e.dithering!==void 0&&(this.dithering=e.dithering),e.alphaToCoverage!==void 0&&(this.alphaToCoverage=e.alphaToCoverage),e.premultipliedAlpha!==void 0&&(this.premultipliedAlpha=e.premultipliedAlpha),e.forceSinglePass!==void 0&&(this.forceSinglePass=e.forceSinglePass),e.allowOverride!==void 0&&(this.allowOverride=e.allowOverride),e.visible!==void 0&&(this.visible=e.visible),e.toneMapped!==void 0&&(this.toneMapped=e.toneMapped),e.userData!==void 0&&(this.userData=e.userData),e.vertexColors!==void 0&&(typeof e.vertexColors=="number"?this.vertexColors=e.vertexColors>0:this.vertexColors=e.vertexColors),e.size!==void 0&&(this.size=e.size),e.sizeAttenuation!==void 0&&(this.sizeAttenuation=e.sizeAttenuation),e.map!==void 0&&(this.map=t[e.map]||null),e.matcap!==void 0&&(this.matcap=t[e.matcap]||null),e.alphaMap!==void 0&&(this.alphaMap=t[e.alphaMap]||null),e.bumpMap!==void 0&&(this.bumpMap=t[e.bumpMap]||null),e.bumpScale!==void 0&&(this.bumpScale=e.bumpScale),e.normalMap!==void 0&&(this.normalMap=t[e.normalMap]||null),e.normalMapType!==void 0&&(this.normalMapType=e.normalMapType),e.normalScale!==void 0){let n=e.normalScale;Array.isArray(n)===!1&&(n=[n,n]),this.normalScale=new De().fromArray(n)}return e.displacementMap!==void 0&&(this.displacementMap=t[e.displacementMap]||null),e.displacementScale!==void 0&&(this.displacementScale=e.displacementScale),e.displacementBias!==void 0&&(this.displacementBias=e.displacementBias),e.roughnessMap!==void 0&&(this.roughnessMap=t[e.roughnessMap]||null),e.metalnessMap!==void 0&&(this.metalnessMap=t[e.metalnessMap]||null),e.emissiveMap!==void 0&&(this.emissiveMap=t[e.emissiveMap]||null),e.emissiveIntensity!==void 0&&(this.emissiveIntensity=e.emissiveIntensity),e.specularMap!==void 0&&(this.specularMap=t[e.specularMap]||null),e.specularIntensityMap!==void 0&&(this.specularIntensityMap=t[e.specularIntensityMap]||null),e.specularColorMap!==void 0&&(this.specularColorMap=t[e.specularColorMap]||null),e.envMap!==void 0&&(this.envMap=t[e.envMap]||null),e.envMapRotation!==void 0&&this.envMapRotation.fromArray(e.envMapRotation),e.envMapIntensity!==void 0&&(this.envMapIntensity=e.envMapIntensity),e.reflectivity!==void 0&&(this.reflectivity=e.reflectivity),e.refractionRatio!==void 0&&(this.refractionRatio=e.refractionRatio),e.lightMap!==void 0&&(this.lightMap=t[e.lightMap]||null),e.lightMapIntensity!==void 0&&(this.lightMapIntensity=e.lightMapIntensity),e.aoMap!==void 0&&(this.aoMap=t[e.aoMap]||null),e.aoMapIntensity!==void 0&&(this.aoMapIntensity=e.aoMapIntensity),e.gradientMap!==void 0&&(this.gradientMap=t[e.gradientMap]||null),e.clearcoatMap!==void 0&&(this.clearcoatMap=t[e.clearcoatMap]||null),e.clearcoatRoughnessMap!==void 0&&(this.clearcoatRoughnessMap=t[e.clearcoatRoughnessMap]||null),e.clearcoatNormalMap!==void 0&&(this.clearcoatNormalMap=t[e.clearcoatNormalMap]||null),e.clearcoatNormalScale!==void 0&&(this.clearcoatNormalScale=new De().fromArray(e.clearcoatNormalScale)),e.diffuseRoughnessMap!==void 0&&(this.diffuseRoughnessMap=t[e.diffuseRoughnessMap]||null),e.iridescenceMap!==void 0&&(this.iridescenceMap=t[e.iridescenceMap]||null),e.iridescenceThicknessMap!==void 0&&(this.iridescenceThicknessMap=t[e.iridescenceThicknessMap]||null),e.transmissionMap!==void 0&&(this.transmissionMap=t[e.transmissionMap]||null),e.thicknessMap!==void 0&&(this.thicknessMap=t[e.thicknessMap]||null),e.anisotropyMap!==void 0&&(this.anisotropyMap=t[e.anisotropyMap]||null),e.sheenColorMap!==void 0&&(this.sheenColorMap=t[e.sheenColorMap]||null),e.sheenRoughnessMap!==void 0&&(this.sheenRoughnessMap=t[e.sheenRoughnessMap]||null),this}clone(){return new this.constructor().copy(this)}copy(e){this.name=e.name,this.blending=e.blending,this.side=e.side,this.vertexColors=e.vertexColors,this.opacity=e.opacity,this.transparent=e.transparent,this.blendSrc=e.blendSrc,this.blendDst=e.blendDst,this.blendEquation=e.blendEquation,this.blendSrcAlpha=e.blendSrcAlpha,this.blendDstAlpha=e.blendDstAlpha,this.blendEquationAlpha=e.blendEquationAlpha,this.blendColor.copy(e.blendColor),this.blendAlpha=e.blendAlpha,this.depthFunc=e.depthFunc,this.depthTest=e.depthTest,this.depthWrite=e.depthWrite,this.stencilWriteMask=e.stencilWriteMask,this.stencilFunc=e.stencilFunc,this.stencilRef=e.stencilRef,this.stencilFuncMask=e.stencilFuncMask,this.stencilFail=e.stencilFail,this.stencilZFail=e.stencilZFail,this.stencilZPass=e.stencilZPass,this.stencilWrite=e.stencilWrite;const t=e.clippingPlanes;let n=null;if(t!==null){const i=t.length;n=new Array(i);for(let r=0;r!==i;++r)n[r]=t[r].clone()}return this.clippingPlanes=n,this.clipIntersection=e.clipIntersection,this.clipShadows=e.clipShadows,this.shadowSide=e.shadowSide,this.colorWrite=e.colorWrite,this.precision=e.precision,this.polygonOffset=e.polygonOffset,this.polygonOffsetFactor=e.polygonOffsetFactor,this.polygonOffsetUnits=e.polygonOffsetUnits,this.dithering=e.dithering,this.alphaTest=e.alphaTest,this.alphaHash=e.alphaHash,this.alphaToCoverage=e.alphaToCoverage,this.premultipliedAlpha=e.premultipliedAlpha,this.forceSinglePass=e.forceSinglePass,this.allowOverride=e.allowOverride,this.visible=e.visible,this.toneMapped=e.toneMapped,this.userData=JSON.parse(JSON.stringify(e.userData)),this}dispose(){this.dispatchEvent({type:"dispose"})}set needsUpdate(e){e===!0&&this.version++}}const $n=new U,Na=new U,dr=new U,ur=new U;class er{constructor(e=new U,t=new U(0,0,-1)){this.origin=e,this.direction=t}set(e,t){return this.origin.copy(e),this.direction.copy(t),this}copy(e){return this.origin.copy(e.origin),this.direction.copy(e.direction),this}at(e,t){return t.copy(this.origin).addScaledVector(this.direction,e)}lookAt(e){return this.direction.copy(e).sub(this.origin).normalize(),this}recast(e){return this.origin.copy(this.at(e,$n)),this}closestPointToPoint(e,t){t.subVectors(e,this.origin);const n=t.dot(this.direction);return n<0?t.copy(this.origin):t.copy(this.origin).addScaledVector(this.direction,n)}distanceToPoint(e){return Math.sqrt(this.distanceSqToPoint(e))}distanceSqToPoint(e){const t=$n.subVectors(e,this.origin).dot(this.direction);return t<0?this.origin.distanceToSquared(e):($n.copy(this.origin).addScaledVector(this.direction,t),$n.distanceToSquared(e))}distanceSqToSegment(e,t,n,i){Na.copy(e).add(t).multiplyScalar(.5),dr.copy(t).sub(e).normalize(),ur.copy(this.origin).sub(Na);const r=e.distanceTo(t)*.5,a=-this.direction.dot(dr),o=ur.dot(this.direction),l=-ur.dot(dr),c=ur.lengthSq(),h=Math.abs(1-a*a);let d,u,f,p;if(h>0)if(d=a*l-o,u=a*o-l,p=r*h,d>=0)if(u>=-p)if(u<=p){const v=1/h;d*=v,u*=v,f=d*(d+a*u+2*o)+u*(a*d+u+2*l)+c}else u=r,d=Math.max(0,-(a*u+o)),f=-d*d+u*(u+2*l)+c;else u=-r,d=Math.max(0,-(a*u+o)),f=-d*d+u*(u+2*l)+c;else u<=-p?(d=Math.max(0,-(-a*r+o)),u=d>0?-r:Math.min(Math.max(-r,-l),r),f=-d*d+u*(u+2*l)+c):u<=p?(d=0,u=Math.min(Math.max(-r,-l),r),f=u*(u+2*l)+c):(d=Math.max(0,-(a*r+o)),u=d>0?r:Math.min(Math.max(-r,-l),r),f=-d*d+u*(u+2*l)+c);else u=a>0?-r:r,d=Math.max(0,-(a*u+o)),f=-d*d+u*(u+2*l)+c;return n&&n.copy(this.origin).addScaledVector(this.direction,d),i&&i.copy(Na).addScaledVector(dr,u),f}intersectSphere(e,t){if(e.radius<0)return null;$n.subVectors(e.center,this.origin);const n=$n.dot(this.direction),i=$n.dot($n)-n*n,r=e.radius*e.radius;if(i>r)return null;const a=Math.sqrt(r-i),o=n-a,l=n+a;return l<0?null:o<0?this.at(l,t):this.at(o,t)}intersectsSphere(e){return e.radius<0?!1:this.distanceSqToPoint(e.center)<=e.radius*e.radius}distanceToPlane(e){const t=e.normal.dot(this.direction);if(t===0)return e.distanceToPoint(this.origin)===0?0:null;const n=-(this.origin.dot(e.normal)+e.constant)/t;return n>=0?n:null}intersectPlane(e,t){const n=this.distanceToPlane(e);return n===null?null:this.at(n,t)}intersectsPlane(e){const t=e.distanceToPoint(this.origin);return t===0||e.normal.dot(this.direction)*t<0}intersectBox(e,t){let n,i,r,a,o,l;const c=1/this.direction.x,h=1/this.direction.y,d=1/this.direction.z,u=this.origin;return c>=0?(n=(e.min.x-u.x)*c,i=(e.max.x-u.x)*c):(n=(e.max.x-u.x)*c,i=(e.min.x-u.x)*c),h>=0?(r=(e.min.y-u.y)*h,a=(e.max.y-u.y)*h):(r=(e.max.y-u.y)*h,a=(e.min.y-u.y)*h),n>a||r>i||((r>n||isNaN(n))&&(n=r),(a<i||isNaN(i))&&(i=a),d>=0?(o=(e.min.z-u.z)*d,l=(e.max.z-u.z)*d):(o=(e.max.z-u.z)*d,l=(e.min.z-u.z)*d),n>l||o>i)||((o>n||n!==n)&&(n=o),(l<i||i!==i)&&(i=l),i<0)?null:this.at(n>=0?n:i,t)}intersectsBox(e){return this.intersectBox(e,$n)!==null}intersectTriangle(e,t,n,i,r){const a=this.origin,o=this.direction,l=o.x,c=o.y,h=o.z,d=e.x-a.x,u=e.y-a.y,f=e.z-a.z,p=t.x-a.x,v=t.y-a.y,m=t.z-a.z,g=n.x-a.x,y=n.y-a.y,T=n.z-a.z,S=Math.abs(l),R=Math.abs(c),w=Math.abs(h);let _,b,k,P,N,G,$,I,W,J,z,te;if(S>=R&&S>=w?(k=l,G=d,W=p,te=g,l>=0?(_=c,b=h,P=u,N=f,$=v,I=m,J=y,z=T):(_=h,b=c,P=f,N=u,$=m,I=v,J=T,z=y)):R>=w?(k=c,G=u,W=v,te=y,c>=0?(_=h,b=l,P=f,N=d,$=m,I=p,J=T,z=g):(_=l,b=h,P=d,N=f,$=p,I=m,J=g,z=T)):(k=h,G=f,W=m,te=T,h>=0?(_=l,b=c,P=d,N=u,$=p,I=v,J=g,z=y):(_=c,b=l,P=u,N=d,$=v,I=p,J=y,z=g)),k===0)return null;const H=_/k,K=b/k,ee=1/k,xe=P-H*G,Pe=N-K*G,j=$-H*W,ge=I-K*W,Me=J-H*te,Re=z-K*te,_e=Me*ge-Re*j,Oe=xe*Re-Pe*Me,pt=j*Pe-ge*xe;if(i){if(_e<0||Oe<0||pt<0)return null}else if((_e<0||Oe<0||pt<0)&&(_e>0||Oe>0||pt>0))return null;const Le=_e+Oe+pt;if(Le===0)return null;const et=ee*(_e*G+Oe*W+pt*te);return(Le>0?et<0:et>0)?null:this.at(et/Le,r)}applyMatrix4(e){return this.origin.applyMatrix4(e),this.direction.transformDirection(e),this}equals(e){return e.origin.equals(this.origin)&&e.direction.equals(this.direction)}clone(){return new this.constructor().copy(this)}}class ui extends Mn{constructor(e){super(),this.isMeshBasicMaterial=!0,this.type="MeshBasicMaterial",this.color=new Ie(16777215),this.map=null,this.lightMap=null,this.lightMapIntensity=1,this.aoMap=null,this.aoMapIntensity=1,this.specularMap=null,this.alphaMap=null,this.envMap=null,this.envMapRotation=new en,this.combine=cl,this.reflectivity=1,this.refractionRatio=.98,this.wireframe=!1,this.wireframeLinewidth=1,this.wireframeLinecap="round",this.wireframeLinejoin="round",this.fog=!0,this.setValues(e)}copy(e){return super.copy(e),this.color.copy(e.color),this.map=e.map,this.lightMap=e.lightMap,this.lightMapIntensity=e.lightMapIntensity,this.aoMap=e.aoMap,this.aoMapIntensity=e.aoMapIntensity,this.specularMap=e.specularMap,this.alphaMap=e.alphaMap,this.envMap=e.envMap,this.envMapRotation.copy(e.envMapRotation),this.combine=e.combine,this.reflectivity=e.reflectivity,this.refractionRatio=e.refractionRatio,this.wireframe=e.wireframe,this.wireframeLinewidth=e.wireframeLinewidth,this.wireframeLinecap=e.wireframeLinecap,this.wireframeLinejoin=e.wireframeLinejoin,this.fog=e.fog,this}}const bc=new He,yi=new er,fr=new zn,Ec=new U,pr=new U,mr=new U,gr=new U,Ua=new U,_r=new U,wc=new U,vr=new U;class ut extends ot{constructor(e=new bn,t=new ui){super(),this.isMesh=!0,this.type="Mesh",this.geometry=e,this.material=t,this.morphTargetDictionary=void 0,this.morphTargetInfluences=void 0,this.count=1,this.updateMorphTargets()}copy(e,t){return super.copy(e,t),e.morphTargetInfluences!==void 0?this.morphTargetInfluences=e.morphTargetInfluences.slice():this.morphTargetInfluences=void 0,e.morphTargetDictionary!==void 0?this.morphTargetDictionary=Object.assign({},e.morphTargetDictionary):this.morphTargetDictionary=void 0,this.material=Array.isArray(e.material)?e.material.slice():e.material,this.geometry=e.geometry,this}updateMorphTargets(){const t=this.geometry.morphAttributes,n=Object.keys(t);if(n.length>0){const i=t[n[0]];if(i!==void 0){this.morphTargetInfluences=[],this.morphTargetDictionary={};for(let r=0,a=i.length;r<a;r++){const o=i[r].name||String(r);this.morphTargetInfluences.push(0),this.morphTargetDictionary[o]=r}}}}getVertexPosition(e,t){const n=this.geometry,i=n.attributes.position,r=n.morphAttributes.position,a=n.morphTargetsRelative;t.fromBufferAttribute(i,e);const o=this.morphTargetInfluences;if(r&&o){_r.set(0,0,0);for(let l=0,c=r.length;l<c;l++){const h=o[l],d=r[l];h!==0&&(Ua.fromBufferAttribute(d,e),a?_r.addScaledVector(Ua,h):_r.addScaledVector(Ua.sub(t),h))}t.add(_r)}return t}intersectsFrustum(e){return e.intersectsObject(this)}raycast(e,t){const n=this.geometry,i=this.material,r=this.matrixWorld;i!==void 0&&(n.boundingSphere===null&&n.computeBoundingSphere(),fr.copy(n.boundingSphere),fr.applyMatrix4(r),yi.copy(e.ray).recast(e.near),!(fr.containsPoint(yi.origin)===!1&&(yi.intersectSphere(fr,Ec)===null||yi.origin.distanceToSquared(Ec)>(e.far-e.near)**2))&&(bc.copy(r).invert(),yi.copy(e.ray).applyMatrix4(bc),!(n.boundingBox!==null&&yi.intersectsBox(n.boundingBox)===!1)&&this._computeIntersections(e,t,yi)))}_computeIntersections(e,t,n){let i;const r=this.geometry,a=this.material,o=r.index,l=r.attributes.position,c=r.attributes.uv,h=r.attributes.uv1,d=r.attributes.normal,u=r.groups,f=r.drawRange;if(o!==null)if(Array.isArray(a))for(let p=0,v=u.length;p<v;p++){const m=u[p],g=a[m.materialIndex],y=Math.max(m.start,f.start),T=Math.min(o.count,Math.min(m.start+m.count,f.start+f.count));for(let S=y,R=T;S<R;S+=3){const w=o.getX(S),_=o.getX(S+1),b=o.getX(S+2);i=xr(this,g,e,n,c,h,d,w,_,b),i&&(i.faceIndex=Math.floor(S/3),i.face.materialIndex=m.materialIndex,t.push(i))}}else{const p=Math.max(0,f.start),v=Math.min(o.count,f.start+f.count);for(let m=p,g=v;m<g;m+=3){const y=o.getX(m),T=o.getX(m+1),S=o.getX(m+2);i=xr(this,a,e,n,c,h,d,y,T,S),i&&(i.faceIndex=Math.floor(m/3),t.push(i))}}else if(l!==void 0)if(Array.isArray(a))for(let p=0,v=u.length;p<v;p++){const m=u[p],g=a[m.materialIndex],y=Math.max(m.start,f.start),T=Math.min(l.count,Math.min(m.start+m.count,f.start+f.count));for(let S=y,R=T;S<R;S+=3){const w=S,_=S+1,b=S+2;i=xr(this,g,e,n,c,h,d,w,_,b),i&&(i.faceIndex=Math.floor(S/3),i.face.materialIndex=m.materialIndex,t.push(i))}}else{const p=Math.max(0,f.start),v=Math.min(l.count,f.start+f.count);for(let m=p,g=v;m<g;m+=3){const y=m,T=m+1,S=m+2;i=xr(this,a,e,n,c,h,d,y,T,S),i&&(i.faceIndex=Math.floor(m/3),t.push(i))}}}}function bp(s,e,t,n,i,r,a,o){let l;if(e.side===Xt?l=n.intersectTriangle(a,r,i,!0,o):l=n.intersectTriangle(i,r,a,e.side===fi,o),l===null)return null;vr.copy(o),vr.applyMatrix4(s.matrixWorld);const c=t.ray.origin.distanceTo(vr);return c<t.near||c>t.far?null:{distance:c,point:vr.clone(),object:s}}function xr(s,e,t,n,i,r,a,o,l,c){s.getVertexPosition(o,pr),s.getVertexPosition(l,mr),s.getVertexPosition(c,gr);const h=bp(s,e,t,n,pr,mr,gr,wc);if(h){const d=new U;_n.getBarycoord(wc,pr,mr,gr,d),i&&(h.uv=_n.getInterpolatedAttribute(i,o,l,c,d,new De)),r&&(h.uv1=_n.getInterpolatedAttribute(r,o,l,c,d,new De)),a&&(h.normal=_n.getInterpolatedAttribute(a,o,l,c,d,new U),h.normal.dot(n.direction)>0&&h.normal.multiplyScalar(-1));const u={a:o,b:l,c,normal:new U,materialIndex:0};_n.getNormal(pr,mr,gr,u.normal),h.face=u,h.barycoord=d}return h}const ys=new at,Tc=new at,Ac=new at,Ep=new at,Rc=new He,yr=new U,ka=new zn,Cc=new He,Oa=new er;class wp extends ut{constructor(e,t){super(e,t),this.isSkinnedMesh=!0,this.type="SkinnedMesh",this.bindMode=ac,this.bindMatrix=new He,this.bindMatrixInverse=new He,this.boundingBox=null,this.boundingSphere=null}computeBoundingBox(){const e=this.geometry;this.boundingBox===null&&(this.boundingBox=new dn),this.boundingBox.makeEmpty();const t=e.getAttribute("position");for(let n=0;n<t.count;n++)this.getVertexPosition(n,yr),this.boundingBox.expandByPoint(yr)}computeBoundingSphere(){const e=this.geometry;this.boundingSphere===null&&(this.boundingSphere=new zn),this.boundingSphere.makeEmpty();const t=e.getAttribute("position");for(let n=0;n<t.count;n++)this.getVertexPosition(n,yr),this.boundingSphere.expandByPoint(yr)}copy(e,t){return super.copy(e,t),this.bindMode=e.bindMode,this.bindMatrix.copy(e.bindMatrix),this.bindMatrixInverse.copy(e.bindMatrixInverse),this.skeleton=e.skeleton,this.boundingBox=e.boundingBox!==null?e.boundingBox.clone():null,this.boundingSphere=e.boundingSphere!==null?e.boundingSphere.clone():null,this}raycast(e,t){const n=this.material,i=this.matrixWorld;n!==void 0&&(this.boundingSphere===null&&this.computeBoundingSphere(),ka.copy(this.boundingSphere),ka.applyMatrix4(i),e.ray.intersectsSphere(ka)!==!1&&(Cc.copy(i).invert(),Oa.copy(e.ray).applyMatrix4(Cc),!(this.boundingBox!==null&&Oa.intersectsBox(this.boundingBox)===!1)&&this._computeIntersections(e,t,Oa)))}getVertexPosition(e,t){return super.getVertexPosition(e,t),this.applyBoneTransform(e,t),t}bind(e,t){this.skeleton=e,t===void 0&&(this.updateMatrixWorld(!0),this.skeleton.calculateInverses(),t=this.matrixWorld),this.bindMatrix.copy(t),this.bindMatrixInverse.copy(t).invert()}pose(){this.skeleton.pose()}normalizeSkinWeights(){const e=new at,t=this.geometry.attributes.skinWeight;for(let n=0,i=t.count;n<i;n++){e.fromBufferAttribute(t,n);const r=1/e.manhattanLength();r!==1/0?e.multiplyScalar(r):e.set(1,0,0,0),t.setXYZW(n,e.x,e.y,e.z,e.w)}}updateMatrixWorld(e){super.updateMatrixWorld(e),this.bindMode===ac?this.bindMatrixInverse.copy(this.matrixWorld).invert():this.bindMode===bf?this.bindMatrixInverse.copy(this.bindMatrix).invert():Te("SkinnedMesh: Unrecognized bindMode: "+this.bindMode)}applyBoneTransform(e,t){const n=this.skeleton,i=this.geometry;Tc.fromBufferAttribute(i.attributes.skinIndex,e),Ac.fromBufferAttribute(i.attributes.skinWeight,e),t.isVector4?(ys.copy(t),t.set(0,0,0,0)):(ys.set(t.x,t.y,t.z,1),t.set(0,0,0)),ys.applyMatrix4(this.bindMatrix);for(let r=0;r<4;r++){const a=Ac.getComponent(r);if(a!==0){const o=Tc.getComponent(r);Rc.multiplyMatrices(n.bones[o].matrixWorld,n.boneInverses[o]),t.addScaledVector(Ep.copy(ys).applyMatrix4(Rc),a)}}return t.isVector4&&(t.w=ys.w),t.applyMatrix4(this.bindMatrixInverse)}}class Bd extends ot{constructor(){super(),this.isBone=!0,this.type="Bone"}}class El extends bt{constructor(e=null,t=1,n=1,i,r,a,o,l,c=St,h=St,d,u){super(null,a,o,l,c,h,i,r,d,u),this.isDataTexture=!0,this.image={data:e,width:t,height:n},this.generateMipmaps=!1,this.flipY=!1,this.unpackAlignment=1}}const Lc=new He,Tp=new He;class wl{constructor(e=[],t=[]){this.uuid=Bn(),this.bones=e.slice(0),this.boneInverses=t,this.boneMatrices=null,this.previousBoneMatrices=null,this.boneTexture=null,this.previousBoneTexture=null,this.init()}init(){const e=this.bones,t=this.boneInverses;if(this.boneMatrices=new Float32Array(e.length*16),t.length===0)this.calculateInverses();else if(e.length!==t.length){Te("Skeleton: Number of inverse bone matrices does not match amount of bones."),this.boneInverses=[];for(let n=0,i=this.bones.length;n<i;n++)this.boneInverses.push(new He)}}calculateInverses(){this.boneInverses.length=0;for(let e=0,t=this.bones.length;e<t;e++){const n=new He;this.bones[e]&&n.copy(this.bones[e].matrixWorld).invert(),this.boneInverses.push(n)}}pose(){for(let e=0,t=this.bones.length;e<t;e++){const n=this.bones[e];n&&n.matrixWorld.copy(this.boneInverses[e]).invert()}for(let e=0,t=this.bones.length;e<t;e++){const n=this.bones[e];n&&(n.parent&&n.parent.isBone?(n.matrix.copy(n.parent.matrixWorld).invert(),n.matrix.multiply(n.matrixWorld)):n.matrix.copy(n.matrixWorld),n.matrix.decompose(n.position,n.quaternion,n.scale))}}update(){const e=this.bones,t=this.boneInverses,n=this.boneMatrices,i=this.boneTexture;for(let r=0,a=e.length;r<a;r++){const o=e[r]?e[r].matrixWorld:Tp;Lc.multiplyMatrices(o,t[r]),Lc.toArray(n,r*16)}i!==null&&(i.needsUpdate=!0)}clone(){return new wl(this.bones,this.boneInverses)}computeBoneTexture(){let e=Math.sqrt(this.bones.length*4);e=Math.ceil(e/4)*4,e=Math.max(e,4);const t=new Float32Array(e*e*4);t.set(this.boneMatrices);const n=new El(t,e,e,vn,cn);return n.needsUpdate=!0,this.boneMatrices=t,this.boneTexture=n,this}getBoneByName(e){for(let t=0,n=this.bones.length;t<n;t++){const i=this.bones[t];if(i.name===e)return i}}dispose(){this.boneTexture!==null&&(this.boneTexture.dispose(),this.boneTexture=null),this.previousBoneTexture!==null&&(this.previousBoneTexture.dispose(),this.previousBoneTexture=null)}fromJSON(e,t){this.uuid=e.uuid;for(let n=0,i=e.bones.length;n<i;n++){const r=e.bones[n];let a=t[r];a===void 0&&(Te("Skeleton: No bone found with UUID:",r),a=new Bd),this.bones.push(a),this.boneInverses.push(new He().fromArray(e.boneInverses[n]))}return this.init(),this}toJSON(){const e={metadata:{version:4.7,type:"Skeleton",generator:"Skeleton.toJSON"},bones:[],boneInverses:[]};e.uuid=this.uuid;const t=this.bones,n=this.boneInverses;for(let i=0,r=t.length;i<r;i++){const a=t[i];e.bones.push(a.uuid);const o=n[i];e.boneInverses.push(o.toArray())}return e}}class Qr extends hn{constructor(e,t,n,i=1){super(e,t,n),this.isInstancedBufferAttribute=!0,this.meshPerAttribute=i}copy(e){return super.copy(e),this.meshPerAttribute=e.meshPerAttribute,this}toJSON(){const e=super.toJSON();return e.meshPerAttribute=this.meshPerAttribute,e.isInstancedBufferAttribute=!0,e}}const Bi=new He,Pc=new He,Mr=[],Ic=new dn,Ap=new He,Ms=new ut,Ss=new zn;class zd extends ut{constructor(e,t,n){super(e,t),this.isInstancedMesh=!0,this.instanceMatrix=new Qr(new Float32Array(n*16),16),this.instanceColor=null,this.morphTexture=null,this.count=n,this.boundingBox=null,this.boundingSphere=null;for(let i=0;i<n;i++)this.setMatrixAt(i,Ap)}computeBoundingBox(){const e=this.geometry,t=this.count;this.boundingBox===null&&(this.boundingBox=new dn),e.boundingBox===null&&e.computeBoundingBox(),this.boundingBox.makeEmpty();for(let n=0;n<t;n++)this.getMatrixAt(n,Bi),Ic.copy(e.boundingBox).applyMatrix4(Bi),this.boundingBox.union(Ic)}computeBoundingSphere(){const e=this.geometry,t=this.count;this.boundingSphere===null&&(this.boundingSphere=new zn),e.boundingSphere===null&&e.computeBoundingSphere(),this.boundingSphere.makeEmpty();for(let n=0;n<t;n++)this.getMatrixAt(n,Bi),Ss.copy(e.boundingSphere).applyMatrix4(Bi),this.boundingSphere.union(Ss)}copy(e,t){return super.copy(e,t),this.instanceMatrix.copy(e.instanceMatrix),this.morphTexture=e.morphTexture!==null?e.morphTexture.clone():null,this.instanceColor=e.instanceColor!==null?e.instanceColor.clone():null,this.count=e.count,this.boundingBox=e.boundingBox!==null?e.boundingBox.clone():null,this.boundingSphere=e.boundingSphere!==null?e.boundingSphere.clone():null,this}getColorAt(e,t){return this.instanceColor===null?t.setRGB(1,1,1):t.fromArray(this.instanceColor.array,e*3)}getMatrixAt(e,t){return t.fromArray(this.instanceMatrix.array,e*16)}getMorphAt(e,t){const n=t.morphTargetInfluences,i=this.morphTexture.source.data.data,r=n.length+1,a=e*r+1;for(let o=0;o<n.length;o++)n[o]=i[a+o]}raycast(e,t){const n=this.matrixWorld,i=this.count;if(Ms.geometry=this.geometry,Ms.material=this.material,Ms.material!==void 0&&(this.boundingSphere===null&&this.computeBoundingSphere(),Ss.copy(this.boundingSphere),Ss.applyMatrix4(n),e.ray.intersectsSphere(Ss)!==!1))for(let r=0;r<i;r++){this.getMatrixAt(r,Bi),Pc.multiplyMatrices(n,Bi),Ms.matrixWorld=Pc,Ms.raycast(e,Mr);for(let a=0,o=Mr.length;a<o;a++){const l=Mr[a];l.instanceId=r,l.object=this,t.push(l)}Mr.length=0}}setColorAt(e,t){return this.instanceColor===null&&(this.instanceColor=new Qr(new Float32Array(this.instanceMatrix.count*3).fill(1),3)),t.toArray(this.instanceColor.array,e*3),this}setMatrixAt(e,t){return t.toArray(this.instanceMatrix.array,e*16),this}setMorphAt(e,t){const n=t.morphTargetInfluences,i=n.length+1;this.morphTexture===null&&(this.morphTexture=new El(new Float32Array(i*this.count),i,this.count,pl,cn));const r=this.morphTexture.source.data.data;let a=0;for(let c=0;c<n.length;c++)a+=n[c];const o=this.geometry.morphTargetsRelative?1:1-a,l=i*e;return r[l]=o,r.set(n,l+1),this}updateMorphTargets(){}dispose(){super.dispose(),this.instanceMatrix.dispose(),this.instanceColor!==null&&this.instanceColor.dispose(),this.morphTexture!==null&&(this.morphTexture.dispose(),this.morphTexture=null)}}const Mi=new zn,Rp=new De(.5,.5),Sr=new U;class Ys{constructor(e=new Kn,t=new Kn,n=new Kn,i=new Kn,r=new Kn,a=new Kn){this.planes=[e,t,n,i,r,a]}set(e,t,n,i,r,a){const o=this.planes;return o[0].copy(e),o[1].copy(t),o[2].copy(n),o[3].copy(i),o[4].copy(r),o[5].copy(a),this}copy(e){const t=this.planes;for(let n=0;n<6;n++)t[n].copy(e.planes[n]);return this}setFromProjectionMatrix(e,t=xn,n=!1){const i=this.planes,r=e.elements,a=r[0],o=r[1],l=r[2],c=r[3],h=r[4],d=r[5],u=r[6],f=r[7],p=r[8],v=r[9],m=r[10],g=r[11],y=r[12],T=r[13],S=r[14],R=r[15];if(i[0].setComponents(c-a,f-h,g-p,R-y).normalize(),i[1].setComponents(c+a,f+h,g+p,R+y).normalize(),i[2].setComponents(c+o,f+d,g+v,R+T).normalize(),i[3].setComponents(c-o,f-d,g-v,R-T).normalize(),n)i[4].setComponents(l,u,m,S).normalize(),i[5].setComponents(c-l,f-u,g-m,R-S).normalize();else if(i[4].setComponents(c-l,f-u,g-m,R-S).normalize(),t===xn)i[5].setComponents(c+l,f+u,g+m,R+S).normalize();else if(t===qs)i[5].setComponents(l,u,m,S).normalize();else throw new Error("THREE.Frustum.setFromProjectionMatrix(): Invalid coordinate system: "+t);return this}intersectsObject(e){if(e.boundingSphere!==void 0)e.boundingSphere===null&&e.computeBoundingSphere(),Mi.copy(e.boundingSphere).applyMatrix4(e.matrixWorld);else{const t=e.geometry;t.boundingSphere===null&&t.computeBoundingSphere(),Mi.copy(t.boundingSphere).applyMatrix4(e.matrixWorld)}return this.intersectsSphere(Mi)}intersectsSprite(e){Mi.center.set(0,0,0);const t=Rp.distanceTo(e.center);return Mi.radius=.7071067811865476+t,Mi.applyMatrix4(e.matrixWorld),this.intersectsSphere(Mi)}intersectsSphere(e){const t=this.planes,n=e.center,i=-e.radius;for(let r=0;r<6;r++)if(t[r].distanceToPoint(n)<i)return!1;return!0}intersectsBox(e){const t=this.planes;for(let n=0;n<6;n++){const i=t[n];if(Sr.x=i.normal.x>0?e.max.x:e.min.x,Sr.y=i.normal.y>0?e.max.y:e.min.y,Sr.z=i.normal.z>0?e.max.z:e.min.z,i.distanceToPoint(Sr)<0)return!1}return!0}containsPoint(e){const t=this.planes;for(let n=0;n<6;n++)if(t[n].distanceToPoint(e)<0)return!1;return!0}clone(){return new this.constructor().copy(this)}}const Dc=new He;class Tl{constructor(){this.coordinateSystem=xn,this._frustums=[],this._count=0}setFromArrayCamera(e){const t=e.cameras,n=this._frustums;for(let i=0;i<t.length;i++){const r=t[i];Dc.multiplyMatrices(r.projectionMatrix,r.matrixWorldInverse),n[i]===void 0&&(n[i]=new Ys),n[i].setFromProjectionMatrix(Dc,r.coordinateSystem,r.reversedDepth)}return this._count=t.length,this}getFrustum(e){return this._frustums[e]}intersectsObject(e){const t=this._frustums;for(let n=0;n<this._count;n++)if(t[n].intersectsObject(e))return!0;return!1}intersectsSprite(e){const t=this._frustums;for(let n=0;n<this._count;n++)if(t[n].intersectsSprite(e))return!0;return!1}intersectsSphere(e){const t=this._frustums;for(let n=0;n<this._count;n++)if(t[n].intersectsSphere(e))return!0;return!1}intersectsBox(e){const t=this._frustums;for(let n=0;n<this._count;n++)if(t[n].intersectsBox(e))return!0;return!1}containsPoint(e){const t=this._frustums;for(let n=0;n<this._count;n++)if(t[n].containsPoint(e))return!0;return!1}copy(e){this.coordinateSystem=e.coordinateSystem;const t=this._frustums,n=e._frustums;for(let i=0;i<e._count;i++)t[i]===void 0&&(t[i]=new Ys),t[i].copy(n[i]);return this._count=e._count,this}clone(){return new Tl().copy(this)}}class Hd extends Mn{constructor(e){super(),this.isLineBasicMaterial=!0,this.type="LineBasicMaterial",this.color=new Ie(16777215),this.map=null,this.linewidth=1,this.linecap="round",this.linejoin="round",this.fog=!0,this.setValues(e)}copy(e){return super.copy(e),this.color.copy(e.color),this.map=e.map,this.linewidth=e.linewidth,this.linecap=e.linecap,this.linejoin=e.linejoin,this.fog=e.fog,this}}const ea=new U,ta=new U,Nc=new He,bs=new er,br=new zn,Fa=new U,Uc=new U;class Al extends ot{constructor(e=new bn,t=new Hd){super(),this.isLine=!0,this.type="Line",this.geometry=e,this.material=t,this.morphTargetDictionary=void 0,this.morphTargetInfluences=void 0,this.updateMorphTargets()}copy(e,t){return super.copy(e,t),e.morphTargetInfluences!==void 0?this.morphTargetInfluences=e.morphTargetInfluences.slice():this.morphTargetInfluences=void 0,e.morphTargetDictionary!==void 0?this.morphTargetDictionary=Object.assign({},e.morphTargetDictionary):this.morphTargetDictionary=void 0,this.material=Array.isArray(e.material)?e.material.slice():e.material,this.geometry=e.geometry,this}computeLineDistances(){const e=this.geometry;if(e.index===null){const t=e.attributes.position,n=[0];for(let i=1,r=t.count;i<r;i++)ea.fromBufferAttribute(t,i-1),ta.fromBufferAttribute(t,i),n[i]=n[i-1],n[i]+=ea.distanceTo(ta);e.setAttribute("lineDistance",new yn(n,1))}else Te("Line.computeLineDistances(): Computation only possible with non-indexed BufferGeometry.");return this}intersectsFrustum(e){return e.intersectsObject(this)}raycast(e,t){const n=this.geometry,i=this.matrixWorld,r=e.params.Line.threshold,a=n.drawRange;if(n.boundingSphere===null&&n.computeBoundingSphere(),br.copy(n.boundingSphere),br.applyMatrix4(i),br.radius+=r,e.ray.intersectsSphere(br)===!1)return;Nc.copy(i).invert(),bs.copy(e.ray).applyMatrix4(Nc);const o=r/((this.scale.x+this.scale.y+this.scale.z)/3),l=o*o,c=this.isLineSegments?2:1,h=n.index,u=n.attributes.position;if(h!==null){const f=Math.max(0,a.start),p=Math.min(h.count,a.start+a.count);for(let v=f,m=p-1;v<m;v+=c){const g=h.getX(v),y=h.getX(v+1),T=Er(this,e,bs,l,g,y,v);T&&t.push(T)}if(this.isLineLoop){const v=h.getX(p-1),m=h.getX(f),g=Er(this,e,bs,l,v,m,p-1);g&&t.push(g)}}else{const f=Math.max(0,a.start),p=Math.min(u.count,a.start+a.count);for(let v=f,m=p-1;v<m;v+=c){const g=Er(this,e,bs,l,v,v+1,v);g&&t.push(g)}if(this.isLineLoop){const v=Er(this,e,bs,l,p-1,f,p-1);v&&t.push(v)}}}updateMorphTargets(){const t=this.geometry.morphAttributes,n=Object.keys(t);if(n.length>0){const i=t[n[0]];if(i!==void 0){this.morphTargetInfluences=[],this.morphTargetDictionary={};for(let r=0,a=i.length;r<a;r++){const o=i[r].name||String(r);this.morphTargetInfluences.push(0),this.morphTargetDictionary[o]=r}}}}}function Er(s,e,t,n,i,r,a){const o=s.geometry.attributes.position;if(ea.fromBufferAttribute(o,i),ta.fromBufferAttribute(o,r),t.distanceSqToSegment(ea,ta,Fa,Uc)>n)return;Fa.applyMatrix4(s.matrixWorld);const c=e.ray.origin.distanceTo(Fa);if(!(c<e.near||c>e.far))return{distance:c,point:Uc.clone().applyMatrix4(s.matrixWorld),index:a,face:null,faceIndex:null,barycoord:null,object:s}}const kc=new U,Oc=new U;class Cp extends Al{constructor(e,t){super(e,t),this.isLineSegments=!0,this.type="LineSegments"}computeLineDistances(){const e=this.geometry;if(e.index===null){const t=e.attributes.position,n=[];for(let i=0,r=t.count;i<r;i+=2)kc.fromBufferAttribute(t,i),Oc.fromBufferAttribute(t,i+1),n[i]=i===0?0:n[i-1],n[i+1]=n[i]+kc.distanceTo(Oc);e.setAttribute("lineDistance",new yn(n,1))}else Te("LineSegments.computeLineDistances(): Computation only possible with non-indexed BufferGeometry.");return this}}class Lp extends Al{constructor(e,t){super(e,t),this.isLineLoop=!0,this.type="LineLoop"}}class Gd extends Mn{constructor(e){super(),this.isPointsMaterial=!0,this.type="PointsMaterial",this.color=new Ie(16777215),this.map=null,this.alphaMap=null,this.size=1,this.sizeAttenuation=!0,this.fog=!0,this.setValues(e)}copy(e){return super.copy(e),this.color.copy(e.color),this.map=e.map,this.alphaMap=e.alphaMap,this.size=e.size,this.sizeAttenuation=e.sizeAttenuation,this.fog=e.fog,this}}const Fc=new He,qo=new er,wr=new zn,Tr=new U;class Pp extends ot{constructor(e=new bn,t=new Gd){super(),this.isPoints=!0,this.type="Points",this.geometry=e,this.material=t,this.morphTargetDictionary=void 0,this.morphTargetInfluences=void 0,this.updateMorphTargets()}copy(e,t){return super.copy(e,t),e.morphTargetInfluences!==void 0?this.morphTargetInfluences=e.morphTargetInfluences.slice():this.morphTargetInfluences=void 0,e.morphTargetDictionary!==void 0?this.morphTargetDictionary=Object.assign({},e.morphTargetDictionary):this.morphTargetDictionary=void 0,this.material=Array.isArray(e.material)?e.material.slice():e.material,this.geometry=e.geometry,this}intersectsFrustum(e){return e.intersectsObject(this)}raycast(e,t){const n=this.geometry,i=this.matrixWorld,r=e.params.Points.threshold,a=n.drawRange;if(n.boundingSphere===null&&n.computeBoundingSphere(),wr.copy(n.boundingSphere),wr.applyMatrix4(i),wr.radius+=r,e.ray.intersectsSphere(wr)===!1)return;Fc.copy(i).invert(),qo.copy(e.ray).applyMatrix4(Fc);const o=r/((this.scale.x+this.scale.y+this.scale.z)/3),l=o*o,c=n.index,d=n.attributes.position;if(c!==null){const u=Math.max(0,a.start),f=Math.min(c.count,a.start+a.count);for(let p=u,v=f;p<v;p++){const m=c.getX(p);Tr.fromBufferAttribute(d,m),Bc(Tr,m,l,i,e,t,this)}}else{const u=Math.max(0,a.start),f=Math.min(d.count,a.start+a.count);for(let p=u,v=f;p<v;p++)Tr.fromBufferAttribute(d,p),Bc(Tr,p,l,i,e,t,this)}}updateMorphTargets(){const t=this.geometry.morphAttributes,n=Object.keys(t);if(n.length>0){const i=t[n[0]];if(i!==void 0){this.morphTargetInfluences=[],this.morphTargetDictionary={};for(let r=0,a=i.length;r<a;r++){const o=i[r].name||String(r);this.morphTargetInfluences.push(0),this.morphTargetDictionary[o]=r}}}}}function Bc(s,e,t,n,i,r,a){const o=qo.distanceSqToPoint(s);if(o<t){const l=new U;qo.closestPointToPoint(s,l),l.applyMatrix4(n);const c=i.ray.origin.distanceTo(l);if(c<i.near||c>i.far)return;r.push({distance:c,distanceToRay:Math.sqrt(o),point:l,index:e,face:null,faceIndex:null,barycoord:null,object:a})}}class Vd extends bt{constructor(e=[],t=ts,n,i,r,a,o,l,c,h){super(e,t,n,i,r,a,o,l,c,h),this.isCubeTexture=!0,this.flipY=!1}get images(){return this.image}set images(e){this.image=e}}class rs extends bt{constructor(e,t,n=On,i,r,a,o=St,l=St,c,h=pi,d=1){if(h!==pi&&h!==hi)throw new Error("THREE.DepthTexture: format must be either THREE.DepthFormat or THREE.DepthStencilFormat");const u={width:e,height:t,depth:d};super(u,i,r,a,o,l,h,n,c),this.isDepthTexture=!0,this.flipY=!1,this.generateMipmaps=!1,this.compareFunction=null}copy(e){return super.copy(e),this.source=new Sl(Object.assign({},e.image)),this.compareFunction=e.compareFunction,this}toJSON(e){const t=super.toJSON(e);return t.compareFunction=this.compareFunction,t}}class Wd extends rs{constructor(e,t=On,n=ts,i,r,a=St,o=St,l,c=pi){const h={width:e,height:e,depth:1},d=[h,h,h,h,h,h];super(e,e,t,n,i,r,a,o,l,c),this.image=d,this.isCubeDepthTexture=!0,this.isCubeTexture=!0}get images(){return this.image}set images(e){this.image=e}}class Xd extends bt{constructor(e=null){super(),this.sourceTexture=e,this.isExternalTexture=!0}copy(e){return super.copy(e),this.sourceTexture=e.sourceTexture,this}}class ls extends bn{constructor(e=1,t=1,n=1,i=1,r=1,a=1){super(),this.type="BoxGeometry",this.parameters={width:e,height:t,depth:n,widthSegments:i,heightSegments:r,depthSegments:a};const o=this;i=Math.floor(i),r=Math.floor(r),a=Math.floor(a);const l=[],c=[],h=[],d=[];let u=0,f=0;p("z","y","x",-1,-1,n,t,e,a,r,0),p("z","y","x",1,-1,n,t,-e,a,r,1),p("x","z","y",1,1,e,n,t,i,a,2),p("x","z","y",1,-1,e,n,-t,i,a,3),p("x","y","z",1,-1,e,t,n,i,r,4),p("x","y","z",-1,-1,e,t,-n,i,r,5),this.setIndex(l),this.setAttribute("position",new yn(c,3)),this.setAttribute("normal",new yn(h,3)),this.setAttribute("uv",new yn(d,2));function p(v,m,g,y,T,S,R,w,_,b,k){const P=S/_,N=R/b,G=S/2,$=R/2,I=w/2,W=_+1,J=b+1;let z=0,te=0;const H=new U;for(let K=0;K<J;K++){const ee=K*N-$;for(let xe=0;xe<W;xe++){const Pe=xe*P-G;H[v]=Pe*y,H[m]=ee*T,H[g]=I,c.push(H.x,H.y,H.z),H[v]=0,H[m]=0,H[g]=w>0?1:-1,h.push(H.x,H.y,H.z),d.push(xe/_),d.push(1-K/b),z+=1}}for(let K=0;K<b;K++)for(let ee=0;ee<_;ee++){const xe=u+ee+W*K,Pe=u+ee+W*(K+1),j=u+(ee+1)+W*(K+1),ge=u+(ee+1)+W*K;l.push(xe,Pe,ge),l.push(Pe,j,ge),te+=6}o.addGroup(f,te,k),f+=te,u+=z}}copy(e){return super.copy(e),this.parameters=Object.assign({},e.parameters),this}static fromJSON(e){return new ls(e.width,e.height,e.depth,e.widthSegments,e.heightSegments,e.depthSegments)}}class ra extends bn{constructor(e=1,t=1,n=1,i=1){super(),this.type="PlaneGeometry",this.parameters={width:e,height:t,widthSegments:n,heightSegments:i};const r=e/2,a=t/2,o=Math.floor(n),l=Math.floor(i),c=o+1,h=l+1,d=e/o,u=t/l,f=[],p=[],v=[],m=[];for(let g=0;g<h;g++){const y=g*u-a;for(let T=0;T<c;T++){const S=T*d-r;p.push(S,-y,0),v.push(0,0,1),m.push(T/o),m.push(1-g/l)}}for(let g=0;g<l;g++)for(let y=0;y<o;y++){const T=y+c*g,S=y+c*(g+1),R=y+1+c*(g+1),w=y+1+c*g;f.push(T,S,w),f.push(S,R,w)}this.setIndex(f),this.setAttribute("position",new yn(p,3)),this.setAttribute("normal",new yn(v,3)),this.setAttribute("uv",new yn(m,2))}copy(e){return super.copy(e),this.parameters=Object.assign({},e.parameters),this}static fromJSON(e){return new ra(e.width,e.height,e.widthSegments,e.heightSegments)}}function as(s){const e={};for(const t in s){e[t]={};for(const n in s[t]){const i=s[t][n];if(zc(i))i.isRenderTargetTexture?(Te("UniformsUtils: Textures of render targets cannot be cloned via cloneUniforms() or mergeUniforms()."),e[t][n]=null):e[t][n]=i.clone();else if(Array.isArray(i))if(zc(i[0])){const r=[];for(let a=0,o=i.length;a<o;a++)r[a]=i[a].clone();e[t][n]=r}else e[t][n]=i.slice();else e[t][n]=i}}return e}function Gt(s){const e={};for(let t=0;t<s.length;t++){const n=as(s[t]);for(const i in n)e[i]=n[i]}return e}function zc(s){return s&&(s.isColor||s.isMatrix3||s.isMatrix4||s.isVector2||s.isVector3||s.isVector4||s.isTexture||s.isQuaternion)}function Ip(s){const e=[];for(let t=0;t<s.length;t++)e.push(s[t].clone());return e}function $d(s){const e=s.getRenderTarget();return e===null?s.outputColorSpace:e.isXRRenderTarget===!0?e.texture.colorSpace:$e.workingColorSpace}const Dp={clone:as,merge:Gt};var Np=`void main() {
	gl_Position = projectionMatrix * modelViewMatrix * vec4( position, 1.0 );
}`,Up=`void main() {
	gl_FragColor = vec4( 1.0, 0.0, 0.0, 1.0 );
}`;class Ti extends Mn{constructor(e){super(),this.isShaderMaterial=!0,this.type="ShaderMaterial",this.defines={},this.uniforms={},this.uniformsGroups=[],this.vertexShader=Np,this.fragmentShader=Up,this.linewidth=1,this.wireframe=!1,this.wireframeLinewidth=1,this.fog=!1,this.lights=!1,this.clipping=!1,this.forceSinglePass=!0,this.extensions={clipCullDistance:!1,multiDraw:!1},this.defaultAttributeValues={color:[1,1,1],uv:[0,0],uv1:[0,0]},this.index0AttributeName=void 0,this.uniformsNeedUpdate=!1,this.glslVersion=null,e!==void 0&&this.setValues(e)}copy(e){return super.copy(e),this.fragmentShader=e.fragmentShader,this.vertexShader=e.vertexShader,this.uniforms=as(e.uniforms),this.uniformsGroups=Ip(e.uniformsGroups),this.defines=Object.assign({},e.defines),this.wireframe=e.wireframe,this.wireframeLinewidth=e.wireframeLinewidth,this.fog=e.fog,this.lights=e.lights,this.clipping=e.clipping,this.extensions=Object.assign({},e.extensions),this.glslVersion=e.glslVersion,this.defaultAttributeValues=Object.assign({},e.defaultAttributeValues),this.index0AttributeName=e.index0AttributeName,this.uniformsNeedUpdate=e.uniformsNeedUpdate,this}toJSON(e){const t=super.toJSON(e);t.glslVersion=this.glslVersion,t.uniforms={};for(const i in this.uniforms){const a=this.uniforms[i].value;a&&a.isTexture?t.uniforms[i]={type:"t",value:a.toJSON(e).uuid}:a&&a.isColor?t.uniforms[i]={type:"c",value:a.getHex()}:a&&a.isVector2?t.uniforms[i]={type:"v2",value:a.toArray()}:a&&a.isVector3?t.uniforms[i]={type:"v3",value:a.toArray()}:a&&a.isVector4?t.uniforms[i]={type:"v4",value:a.toArray()}:a&&a.isMatrix3?t.uniforms[i]={type:"m3",value:a.toArray()}:a&&a.isMatrix4?t.uniforms[i]={type:"m4",value:a.toArray()}:t.uniforms[i]={value:a}}Object.keys(this.defines).length>0&&(t.defines=this.defines),t.vertexShader=this.vertexShader,t.fragmentShader=this.fragmentShader,t.lights=this.lights,t.clipping=this.clipping;const n={};for(const i in this.extensions)this.extensions[i]===!0&&(n[i]=!0);return Object.keys(n).length>0&&(t.extensions=n),t}fromJSON(e,t){if(super.fromJSON(e,t),e.uniforms!==void 0)for(const n in e.uniforms){const i=e.uniforms[n];switch(this.uniforms[n]={},i.type){case"t":this.uniforms[n].value=t[i.value]||null;break;case"c":this.uniforms[n].value=new Ie().setHex(i.value);break;case"v2":this.uniforms[n].value=new De().fromArray(i.value);break;case"v3":this.uniforms[n].value=new U().fromArray(i.value);break;case"v4":this.uniforms[n].value=new at().fromArray(i.value);break;case"m3":this.uniforms[n].value=new Fe().fromArray(i.value);break;case"m4":this.uniforms[n].value=new He().fromArray(i.value);break;default:this.uniforms[n].value=i.value}}if(e.defines!==void 0&&(this.defines=e.defines),e.vertexShader!==void 0&&(this.vertexShader=e.vertexShader),e.fragmentShader!==void 0&&(this.fragmentShader=e.fragmentShader),e.glslVersion!==void 0&&(this.glslVersion=e.glslVersion),e.extensions!==void 0)for(const n in e.extensions)this.extensions[n]=e.extensions[n];return e.lights!==void 0&&(this.lights=e.lights),e.clipping!==void 0&&(this.clipping=e.clipping),this}}class kp extends Ti{constructor(e){super(e),this.isRawShaderMaterial=!0,this.type="RawShaderMaterial"}}class Ai extends Mn{constructor(e){super(),this.isMeshStandardMaterial=!0,this.type="MeshStandardMaterial",this.defines={STANDARD:""},this.color=new Ie(16777215),this.roughness=1,this.metalness=0,this.map=null,this.lightMap=null,this.lightMapIntensity=1,this.aoMap=null,this.aoMapIntensity=1,this.emissive=new Ie(0),this.emissiveIntensity=1,this.emissiveMap=null,this.bumpMap=null,this.bumpScale=1,this.normalMap=null,this.normalMapType=jr,this.normalScale=new De(1,1),this.displacementMap=null,this.displacementScale=1,this.displacementBias=0,this.roughnessMap=null,this.metalnessMap=null,this.alphaMap=null,this.envMap=null,this.envMapRotation=new en,this.envMapIntensity=1,this.wireframe=!1,this.wireframeLinewidth=1,this.wireframeLinecap="round",this.wireframeLinejoin="round",this.flatShading=!1,this.fog=!0,this.setValues(e)}copy(e){return super.copy(e),this.defines={STANDARD:""},this.color.copy(e.color),this.roughness=e.roughness,this.metalness=e.metalness,this.map=e.map,this.lightMap=e.lightMap,this.lightMapIntensity=e.lightMapIntensity,this.aoMap=e.aoMap,this.aoMapIntensity=e.aoMapIntensity,this.emissive.copy(e.emissive),this.emissiveMap=e.emissiveMap,this.emissiveIntensity=e.emissiveIntensity,this.bumpMap=e.bumpMap,this.bumpScale=e.bumpScale,this.normalMap=e.normalMap,this.normalMapType=e.normalMapType,this.normalScale.copy(e.normalScale),this.displacementMap=e.displacementMap,this.displacementScale=e.displacementScale,this.displacementBias=e.displacementBias,this.roughnessMap=e.roughnessMap,this.metalnessMap=e.metalnessMap,this.alphaMap=e.alphaMap,this.envMap=e.envMap,this.envMapRotation.copy(e.envMapRotation),this.envMapIntensity=e.envMapIntensity,this.wireframe=e.wireframe,this.wireframeLinewidth=e.wireframeLinewidth,this.wireframeLinecap=e.wireframeLinecap,this.wireframeLinejoin=e.wireframeLinejoin,this.flatShading=e.flatShading,this.fog=e.fog,this}}class En extends Ai{constructor(e){super(),this.isMeshPhysicalMaterial=!0,this.defines={STANDARD:"",PHYSICAL:""},this.type="MeshPhysicalMaterial",this.anisotropyRotation=0,this.anisotropyMap=null,this.clearcoatMap=null,this.clearcoatRoughness=0,this.clearcoatRoughnessMap=null,this.clearcoatNormalScale=new De(1,1),this.clearcoatNormalMap=null,this.diffuseRoughnessMap=null,this.ior=1.5,Object.defineProperty(this,"reflectivity",{get:function(){return We(2.5*(this.ior-1)/(this.ior+1),0,1)},set:function(t){this.ior=(1+.4*t)/(1-.4*t)}}),this.iridescenceMap=null,this.iridescenceIOR=1.3,this.iridescenceThicknessMinimum=100,this.iridescenceThicknessMaximum=400,this.iridescenceThicknessMap=null,this.sheenColor=new Ie(0),this.sheenColorMap=null,this.sheenRoughness=1,this.sheenRoughnessMap=null,this.transmissionMap=null,this.thickness=0,this.thicknessMap=null,this.attenuationDistance=1/0,this.attenuationColor=new Ie(1,1,1),this.specularIntensity=1,this.specularIntensityMap=null,this.specularColor=new Ie(1,1,1),this.specularColorMap=null,this._anisotropy=0,this._clearcoat=0,this._diffuseRoughness=0,this._dispersion=0,this._iridescence=0,this._retroreflectivity=0,this._sheen=0,this._transmission=0,this.setValues(e)}get anisotropy(){return this._anisotropy}set anisotropy(e){this._anisotropy>0!=e>0&&this.version++,this._anisotropy=e}get clearcoat(){return this._clearcoat}set clearcoat(e){this._clearcoat>0!=e>0&&this.version++,this._clearcoat=e}get diffuseRoughness(){return this._diffuseRoughness}set diffuseRoughness(e){this._diffuseRoughness>0!=e>0&&this.version++,this._diffuseRoughness=e}get iridescence(){return this._iridescence}set iridescence(e){this._iridescence>0!=e>0&&this.version++,this._iridescence=e}get dispersion(){return this._dispersion}set dispersion(e){this._dispersion>0!=e>0&&this.version++,this._dispersion=e}get retroreflectivity(){return this._retroreflectivity}set retroreflectivity(e){this._retroreflectivity>0!=e>0&&this.version++,this._retroreflectivity=e}get sheen(){return this._sheen}set sheen(e){this._sheen>0!=e>0&&this.version++,this._sheen=e}get transmission(){return this._transmission}set transmission(e){this._transmission>0!=e>0&&this.version++,this._transmission=e}get iridescenceThicknessRange(){return Zi('MeshPhysicalMaterial: The "iridescenceThicknessRange" property has been replaced by "iridescenceThicknessMinimum" and "iridescenceThicknessMaximum".'),[this.iridescenceThicknessMinimum,this.iridescenceThicknessMaximum]}set iridescenceThicknessRange(e){Zi('MeshPhysicalMaterial: The "iridescenceThicknessRange" property has been replaced by "iridescenceThicknessMinimum" and "iridescenceThicknessMaximum".'),this.iridescenceThicknessMinimum=e[0],this.iridescenceThicknessMaximum=e[1]}copy(e){return super.copy(e),this.defines={STANDARD:"",PHYSICAL:""},this.anisotropy=e.anisotropy,this.anisotropyRotation=e.anisotropyRotation,this.anisotropyMap=e.anisotropyMap,this.clearcoat=e.clearcoat,this.clearcoatMap=e.clearcoatMap,this.clearcoatRoughness=e.clearcoatRoughness,this.clearcoatRoughnessMap=e.clearcoatRoughnessMap,this.clearcoatNormalMap=e.clearcoatNormalMap,this.clearcoatNormalScale.copy(e.clearcoatNormalScale),this.diffuseRoughness=e.diffuseRoughness,this.diffuseRoughnessMap=e.diffuseRoughnessMap,this.dispersion=e.dispersion,this.ior=e.ior,this.iridescence=e.iridescence,this.iridescenceMap=e.iridescenceMap,this.iridescenceIOR=e.iridescenceIOR,this.iridescenceThicknessMinimum=e.iridescenceThicknessMinimum,this.iridescenceThicknessMaximum=e.iridescenceThicknessMaximum,this.iridescenceThicknessMap=e.iridescenceThicknessMap,this.retroreflectivity=e.retroreflectivity,this.sheen=e.sheen,this.sheenColor.copy(e.sheenColor),this.sheenColorMap=e.sheenColorMap,this.sheenRoughness=e.sheenRoughness,this.sheenRoughnessMap=e.sheenRoughnessMap,this.transmission=e.transmission,this.transmissionMap=e.transmissionMap,this.thickness=e.thickness,this.thicknessMap=e.thicknessMap,this.attenuationDistance=e.attenuationDistance,this.attenuationColor.copy(e.attenuationColor),this.specularIntensity=e.specularIntensity,this.specularIntensityMap=e.specularIntensityMap,this.specularColor.copy(e.specularColor),this.specularColorMap=e.specularColorMap,this}}class Op extends Mn{constructor(e){super(),this.isMeshLambertMaterial=!0,this.type="MeshLambertMaterial",this.color=new Ie(16777215),this.map=null,this.lightMap=null,this.lightMapIntensity=1,this.aoMap=null,this.aoMapIntensity=1,this.emissive=new Ie(0),this.emissiveIntensity=1,this.emissiveMap=null,this.bumpMap=null,this.bumpScale=1,this.normalMap=null,this.normalMapType=jr,this.normalScale=new De(1,1),this.displacementMap=null,this.displacementScale=1,this.displacementBias=0,this.specularMap=null,this.alphaMap=null,this.envMap=null,this.envMapRotation=new en,this.combine=cl,this.reflectivity=1,this.envMapIntensity=1,this.refractionRatio=.98,this.wireframe=!1,this.wireframeLinewidth=1,this.wireframeLinecap="round",this.wireframeLinejoin="round",this.flatShading=!1,this.fog=!0,this.setValues(e)}copy(e){return super.copy(e),this.color.copy(e.color),this.map=e.map,this.lightMap=e.lightMap,this.lightMapIntensity=e.lightMapIntensity,this.aoMap=e.aoMap,this.aoMapIntensity=e.aoMapIntensity,this.emissive.copy(e.emissive),this.emissiveMap=e.emissiveMap,this.emissiveIntensity=e.emissiveIntensity,this.bumpMap=e.bumpMap,this.bumpScale=e.bumpScale,this.normalMap=e.normalMap,this.normalMapType=e.normalMapType,this.normalScale.copy(e.normalScale),this.displacementMap=e.displacementMap,this.displacementScale=e.displacementScale,this.displacementBias=e.displacementBias,this.specularMap=e.specularMap,this.alphaMap=e.alphaMap,this.envMap=e.envMap,this.envMapRotation.copy(e.envMapRotation),this.combine=e.combine,this.reflectivity=e.reflectivity,this.envMapIntensity=e.envMapIntensity,this.refractionRatio=e.refractionRatio,this.wireframe=e.wireframe,this.wireframeLinewidth=e.wireframeLinewidth,this.wireframeLinecap=e.wireframeLinecap,this.wireframeLinejoin=e.wireframeLinejoin,this.flatShading=e.flatShading,this.fog=e.fog,this}}class Fp extends Mn{constructor(e){super(),this.isMeshDepthMaterial=!0,this.type="MeshDepthMaterial",this.depthPacking=Cf,this.map=null,this.alphaMap=null,this.displacementMap=null,this.displacementScale=1,this.displacementBias=0,this.wireframe=!1,this.wireframeLinewidth=1,this.setValues(e)}copy(e){return super.copy(e),this.depthPacking=e.depthPacking,this.map=e.map,this.alphaMap=e.alphaMap,this.displacementMap=e.displacementMap,this.displacementScale=e.displacementScale,this.displacementBias=e.displacementBias,this.wireframe=e.wireframe,this.wireframeLinewidth=e.wireframeLinewidth,this}}class Bp extends Mn{constructor(e){super(),this.isMeshDistanceMaterial=!0,this.type="MeshDistanceMaterial",this.map=null,this.alphaMap=null,this.displacementMap=null,this.displacementScale=1,this.displacementBias=0,this.setValues(e)}copy(e){return super.copy(e),this.map=e.map,this.alphaMap=e.alphaMap,this.displacementMap=e.displacementMap,this.displacementScale=e.displacementScale,this.displacementBias=e.displacementBias,this}}function li(s,e){return!s||s.constructor===e?s:typeof e.BYTES_PER_ELEMENT=="number"?new e(s):Array.prototype.slice.call(s)}function Ns(s){return s!==void 0&&s.inTangents!==void 0&&s.outTangents!==void 0}function zp(s){function e(i,r){return s[i]-s[r]}const t=s.length,n=new Array(t);for(let i=0;i!==t;++i)n[i]=i;return n.sort(e),n}function Hc(s,e,t){const n=s.length,i=new s.constructor(n);for(let r=0,a=0;a!==n;++r){const o=t[r]*e;for(let l=0;l!==e;++l)i[a++]=s[o+l]}return i}function Hp(s,e,t,n){let i=1,r=s[0];for(;r!==void 0&&r[n]===void 0;)r=s[i++];if(r===void 0)return;let a=r[n];if(a!==void 0)if(Array.isArray(a))do a=r[n],a!==void 0&&(e.push(r.time),t.push(...a)),r=s[i++];while(r!==void 0);else if(a.toArray!==void 0)do a=r[n],a!==void 0&&(e.push(r.time),a.toArray(t,t.length)),r=s[i++];while(r!==void 0);else do a=r[n],a!==void 0&&(e.push(r.time),t.push(a)),r=s[i++];while(r!==void 0)}class cs{constructor(e,t,n,i){this.parameterPositions=e,this._cachedIndex=0,this.resultBuffer=i!==void 0?i:new t.constructor(n),this.sampleValues=t,this.valueSize=n,this.settings=null,this.DefaultSettings_={}}evaluate(e){const t=this.parameterPositions;let n=this._cachedIndex,i=t[n],r=t[n-1];e:{t:{let a;n:{i:if(!(e<i)){for(let o=n+2;;){if(i===void 0){if(e<r)break i;return n=t.length,this._cachedIndex=n,this.copySampleValue_(n-1)}if(n===o)break;if(r=i,i=t[++n],e<i)break t}a=t.length;break n}if(!(e>=r)){const o=t[1];e<o&&(n=2,r=o);for(let l=n-2;;){if(r===void 0)return this._cachedIndex=0,this.copySampleValue_(0);if(n===l)break;if(i=r,r=t[--n-1],e>=r)break t}a=n,n=0;break n}break e}for(;n<a;){const o=n+a>>>1;e<t[o]?a=o:n=o+1}if(i=t[n],r=t[n-1],r===void 0)return this._cachedIndex=0,this.copySampleValue_(0);if(i===void 0)return n=t.length,this._cachedIndex=n,this.copySampleValue_(n-1)}this._cachedIndex=n,this.intervalChanged_(n,r,i)}return this.interpolate_(n,r,e,i)}getSettings_(){return this.settings||this.DefaultSettings_}copySampleValue_(e){const t=this.resultBuffer,n=this.sampleValues,i=this.valueSize,r=e*i;for(let a=0;a!==i;++a)t[a]=n[r+a];return t}interpolate_(){throw new Error("THREE.Interpolant: Call to abstract method.")}intervalChanged_(){}}class Gp extends cs{constructor(e,t,n,i){super(e,t,n,i),this._weightPrev=-0,this._offsetPrev=-0,this._weightNext=-0,this._offsetNext=-0,this.DefaultSettings_={endingStart:qi,endingEnd:qi}}intervalChanged_(e,t,n){const i=this.parameterPositions;let r=e-2,a=e+1,o=i[r],l=i[a];if(o===void 0)switch(this.getSettings_().endingStart){case Ki:r=e,o=2*t-n;break;case Yr:r=i.length-2,o=t+i[r]-i[r+1];break;default:r=e,o=n}if(l===void 0)switch(this.getSettings_().endingEnd){case Ki:a=e,l=2*n-t;break;case Yr:a=1,l=n+i[1]-i[0];break;default:a=e-1,l=t}const c=(n-t)*.5,h=this.valueSize;this._weightPrev=c/(t-o),this._weightNext=c/(l-n),this._offsetPrev=r*h,this._offsetNext=a*h}interpolate_(e,t,n,i){const r=this.resultBuffer,a=this.sampleValues,o=this.valueSize,l=e*o,c=l-o,h=this._offsetPrev,d=this._offsetNext,u=this._weightPrev,f=this._weightNext,p=(n-t)/(i-t),v=p*p,m=v*p,g=-u*m+2*u*v-u*p,y=(1+u)*m+(-1.5-2*u)*v+(-.5+u)*p+1,T=(-1-f)*m+(1.5+f)*v+.5*p,S=f*m-f*v;for(let R=0;R!==o;++R)r[R]=g*a[h+R]+y*a[c+R]+T*a[l+R]+S*a[d+R];return r}}class qd extends cs{constructor(e,t,n,i){super(e,t,n,i)}interpolate_(e,t,n,i){const r=this.resultBuffer,a=this.sampleValues,o=this.valueSize,l=e*o,c=l-o,h=(n-t)/(i-t),d=1-h;for(let u=0;u!==o;++u)r[u]=a[c+u]*d+a[l+u]*h;return r}}class Vp extends cs{constructor(e,t,n,i){super(e,t,n,i)}interpolate_(e){return this.copySampleValue_(e-1)}}class Wp extends cs{interpolate_(e,t,n,i){const r=this.resultBuffer,a=this.sampleValues,o=this.valueSize,l=e*o,c=l-o,h=this.inTangents,d=this.outTangents;if(!h||!d){const p=(n-t)/(i-t),v=1-p;for(let m=0;m!==o;++m)r[m]=a[c+m]*v+a[l+m]*p;return r}const u=o*2,f=e-1;for(let p=0;p!==o;++p){const v=a[c+p],m=a[l+p],g=f*u+p*2,y=d[g],T=d[g+1],S=e*u+p*2,R=h[S],w=h[S+1],_=$p(n,t,y,R,i);r[p]=Kd(_,v,T,w,m)}return r}}function Kd(s,e,t,n,i){const r=1-s;return r*r*r*e+3*r*r*s*t+3*r*s*s*n+s*s*s*i}function Xp(s,e,t,n,i){const r=1-s;return 3*r*r*(t-e)+6*r*s*(n-t)+3*s*s*(i-n)}function $p(s,e,t,n,i){let r=(s-e)/(i-e);for(let a=0;a<8;a++){const o=Kd(r,e,t,n,i)-s;if(Math.abs(o)<1e-10)break;const l=Xp(r,e,t,n,i);if(Math.abs(l)<1e-10)break;r=Math.max(0,Math.min(1,r-o/l))}return r}class wn{constructor(e,t,n,i){if(e===void 0)throw new Error("THREE.KeyframeTrack: track name is undefined");if(t===void 0||t.length===0)throw new Error("THREE.KeyframeTrack: no keyframes in track named "+e);this.name=e,this.times=li(t,this.TimeBufferType),this.values=li(n,this.ValueBufferType),this.setInterpolation(i||this.DefaultInterpolation)}static toJSON(e){const t=e.constructor;let n;if(t.toJSON!==this.toJSON)n=t.toJSON(e);else{n={name:e.name,times:li(e.times,Array),values:li(e.values,Array)};const i=e.getInterpolation();i!==e.DefaultInterpolation&&(n.interpolation=i),Ns(e.settings)&&(n.settings={inTangents:li(e.settings.inTangents,Array),outTangents:li(e.settings.outTangents,Array)})}return n.type=e.ValueTypeName,n}InterpolantFactoryMethodDiscrete(e){return new Vp(this.times,this.values,this.getValueSize(),e)}InterpolantFactoryMethodLinear(e){return new qd(this.times,this.values,this.getValueSize(),e)}InterpolantFactoryMethodSmooth(e){return new Gp(this.times,this.values,this.getValueSize(),e)}InterpolantFactoryMethodBezier(e){const t=new Wp(this.times,this.values,this.getValueSize(),e);return this.settings&&(t.inTangents=this.settings.inTangents,t.outTangents=this.settings.outTangents),t}setInterpolation(e){let t;switch(e){case Xs:t=this.InterpolantFactoryMethodDiscrete;break;case $s:t=this.InterpolantFactoryMethodLinear;break;case pa:t=this.InterpolantFactoryMethodSmooth;break;case oc:t=this.InterpolantFactoryMethodBezier;break}if(t===void 0){const n="unsupported interpolation for "+this.ValueTypeName+" keyframe track named "+this.name;if(this.createInterpolant===void 0)if(e!==this.DefaultInterpolation)this.setInterpolation(this.DefaultInterpolation);else throw new Error(n);return Te("KeyframeTrack:",n),this}return this.createInterpolant=t,this}getInterpolation(){switch(this.createInterpolant){case this.InterpolantFactoryMethodDiscrete:return Xs;case this.InterpolantFactoryMethodLinear:return $s;case this.InterpolantFactoryMethodSmooth:return pa;case this.InterpolantFactoryMethodBezier:return oc}}getValueSize(){return this.values.length/this.times.length}shift(e){if(e!==0){const t=this.times;for(let n=0,i=t.length;n!==i;++n)t[n]+=e;Ns(this.settings)&&(Gc(this.settings.inTangents,e),Gc(this.settings.outTangents,e))}return this}scale(e){if(e!==1){const t=this.times;for(let n=0,i=t.length;n!==i;++n)t[n]*=e;Ns(this.settings)&&(Vc(this.settings.inTangents,e),Vc(this.settings.outTangents,e))}return this}trim(e,t){const n=this.times,i=n.length;let r=0,a=i-1;for(;r!==i&&n[r]<e;)++r;for(;a!==-1&&n[a]>t;)--a;if(++a,r!==0||a!==i){r>=a&&(a=Math.max(a,1),r=a-1);const o=this.getValueSize();this.times=n.slice(r,a),this.values=this.values.slice(r*o,a*o)}return this}validate(){let e=!0;const t=this.getValueSize();t-Math.floor(t)!==0&&(Ne("KeyframeTrack: Invalid value size in track.",this),e=!1);const n=this.times,i=this.values,r=n.length;r===0&&(Ne("KeyframeTrack: Track is empty.",this),e=!1);let a=null;for(let o=0;o!==r;o++){const l=n[o];if(typeof l=="number"&&isNaN(l)){Ne("KeyframeTrack: Time is not a valid number.",this,o,l),e=!1;break}if(a!==null&&a>l){Ne("KeyframeTrack: Out of order keys.",this,o,l,a),e=!1;break}a=l}if(i!==void 0&&Ff(i))for(let o=0,l=i.length;o!==l;++o){const c=i[o];if(isNaN(c)){Ne("KeyframeTrack: Value is not a valid number.",this,o,c),e=!1;break}}return e}optimize(){const e=this.times.slice(),t=this.values.slice(),n=this.getValueSize(),i=this.getInterpolation()===pa,r=e.length-1;let a=1;for(let o=1;o<r;++o){let l=!1;const c=e[o],h=e[o+1];if(c!==h&&(o!==1||c!==e[0]))if(i)l=!0;else{const d=o*n,u=d-n,f=d+n;for(let p=0;p!==n;++p){const v=t[d+p];if(v!==t[u+p]||v!==t[f+p]){l=!0;break}}}if(l){if(o!==a){e[a]=e[o];const d=o*n,u=a*n;for(let f=0;f!==n;++f)t[u+f]=t[d+f]}++a}}if(r>0){e[a]=e[r];for(let o=r*n,l=a*n,c=0;c!==n;++c)t[l+c]=t[o+c];++a}return a!==e.length?(this.times=e.slice(0,a),this.values=t.slice(0,a*n)):(this.times=e,this.values=t),this}clone(){const e=this.times.slice(),t=this.values.slice(),n=this.constructor,i=new n(this.name,e,t);return i.createInterpolant=this.createInterpolant,Ns(this.settings)&&(i.settings={inTangents:this.settings.inTangents.slice(),outTangents:this.settings.outTangents.slice()}),i}}function Gc(s,e){for(let t=0,n=s.length;t!==n;t+=2)s[t]+=e}function Vc(s,e){for(let t=0,n=s.length;t!==n;t+=2)s[t]*=e}wn.prototype.ValueTypeName="";wn.prototype.TimeBufferType=Float32Array;wn.prototype.ValueBufferType=Float32Array;wn.prototype.DefaultInterpolation=$s;class hs extends wn{constructor(e,t,n){super(e,t,n)}}hs.prototype.ValueTypeName="bool";hs.prototype.ValueBufferType=Array;hs.prototype.DefaultInterpolation=Xs;hs.prototype.InterpolantFactoryMethodLinear=void 0;hs.prototype.InterpolantFactoryMethodSmooth=void 0;class Yd extends wn{constructor(e,t,n,i){super(e,t,n,i)}}Yd.prototype.ValueTypeName="color";class js extends wn{constructor(e,t,n,i){super(e,t,n,i)}}js.prototype.ValueTypeName="number";class qp extends cs{constructor(e,t,n,i){super(e,t,n,i)}interpolate_(e,t,n,i){const r=this.resultBuffer,a=this.sampleValues,o=this.valueSize,l=(n-t)/(i-t);let c=e*o;for(let h=c+o;c!==h;c+=4)vt.slerpFlat(r,0,a,c-o,a,c,l);return r}}class Zs extends wn{constructor(e,t,n,i){super(e,t,n,i)}InterpolantFactoryMethodLinear(e){return new qp(this.times,this.values,this.getValueSize(),e)}}Zs.prototype.ValueTypeName="quaternion";Zs.prototype.InterpolantFactoryMethodSmooth=void 0;class ds extends wn{constructor(e,t,n){super(e,t,n)}}ds.prototype.ValueTypeName="string";ds.prototype.ValueBufferType=Array;ds.prototype.DefaultInterpolation=Xs;ds.prototype.InterpolantFactoryMethodLinear=void 0;ds.prototype.InterpolantFactoryMethodSmooth=void 0;class na extends wn{constructor(e,t,n,i){super(e,t,n,i)}}na.prototype.ValueTypeName="vector";class Ko{constructor(e="",t=-1,n=[],i=vl){this.name=e,this.tracks=n,this.duration=t,this.blendMode=i,this.uuid=Bn(),this.userData={},this.duration<0&&this.resetDuration()}static parse(e){const t=[],n=e.tracks,i=1/(e.fps||1);for(let a=0,o=n.length;a!==o;++a)t.push(Yp(n[a]).scale(i));const r=new this(e.name,e.duration,t,e.blendMode);return r.uuid=e.uuid,r.userData=JSON.parse(e.userData||"{}"),r}static toJSON(e){const t=[],n=e.tracks,i={name:e.name,duration:e.duration,tracks:t,uuid:e.uuid,blendMode:e.blendMode,userData:JSON.stringify(e.userData)};for(let r=0,a=n.length;r!==a;++r)t.push(wn.toJSON(n[r]));return i}static CreateFromMorphTargetSequence(e,t,n,i){const r=t.length,a=[];for(let o=0;o<r;o++){let l=[],c=[];l.push((o+r-1)%r,o,(o+1)%r),c.push(0,1,0);const h=zp(l);l=Hc(l,1,h),c=Hc(c,1,h),!i&&l[0]===0&&(l.push(r),c.push(c[0])),a.push(new js(".morphTargetInfluences["+t[o].name+"]",l,c).scale(1/n))}return new this(e,-1,a)}static findByName(e,t){let n=e;if(!Array.isArray(e)){const i=e;n=i.geometry&&i.geometry.animations||i.animations}for(let i=0;i<n.length;i++)if(n[i].name===t)return n[i];return null}static CreateClipsFromMorphTargetSequences(e,t,n){const i={},r=/^([\w-]*?)([\d]+)$/;for(let o=0,l=e.length;o<l;o++){const c=e[o],h=c.name.match(r);if(h&&h.length>1){const d=h[1];let u=i[d];u||(i[d]=u=[]),u.push(c)}}const a=[];for(const o in i)a.push(this.CreateFromMorphTargetSequence(o,i[o],t,n));return a}resetDuration(){const e=this.tracks;let t=0;for(let n=0,i=e.length;n!==i;++n){const r=this.tracks[n];t=Math.max(t,r.times[r.times.length-1])}return this.duration=t,this}trim(){for(let e=0;e<this.tracks.length;e++)this.tracks[e].trim(0,this.duration);return this}validate(){let e=!0;for(let t=0;t<this.tracks.length;t++)e=e&&this.tracks[t].validate();return e}optimize(){for(let e=0;e<this.tracks.length;e++)this.tracks[e].optimize();return this}clone(){const e=[];for(let n=0;n<this.tracks.length;n++)e.push(this.tracks[n].clone());const t=new this.constructor(this.name,this.duration,e,this.blendMode);return t.userData=JSON.parse(JSON.stringify(this.userData)),t}toJSON(){return this.constructor.toJSON(this)}}function Kp(s){switch(s.toLowerCase()){case"scalar":case"double":case"float":case"number":case"integer":return js;case"vector":case"vector2":case"vector3":case"vector4":return na;case"color":return Yd;case"quaternion":return Zs;case"bool":case"boolean":return hs;case"string":return ds}throw new Error("THREE.KeyframeTrack: Unsupported typeName: "+s)}function Yp(s){if(s.type===void 0)throw new Error("THREE.KeyframeTrack: track type undefined, can not parse");const e=Kp(s.type);if(s.times===void 0){const n=[],i=[];Hp(s.keys,n,i,"value"),s.times=n,s.values=i}let t;return e.parse!==void 0?t=e.parse(s):t=new e(s.name,s.times,s.values,s.interpolation),Ns(s.settings)&&(t.settings={inTangents:li(s.settings.inTangents,Float32Array),outTangents:li(s.settings.outTangents,Float32Array)}),t}const Yn={enabled:!1,files:{},add:function(s,e){this.enabled!==!1&&(Wc(s)||(this.files[s]=e))},get:function(s){if(this.enabled!==!1&&!Wc(s))return this.files[s]},remove:function(s){delete this.files[s]},clear:function(){this.files={}}};function Wc(s){try{const e=s.slice(s.indexOf(":")+1);return new URL(e).protocol==="blob:"}catch{return!1}}class jd{constructor(e,t,n){const i=this;let r=!1,a=0,o=0,l;const c=[];this.onStart=void 0,this.onLoad=e,this.onProgress=t,this.onError=n,this._abortController=null,this.itemStart=function(h){o++,r===!1&&i.onStart!==void 0&&i.onStart(h,a,o),r=!0},this.itemEnd=function(h){a++,i.onProgress!==void 0&&i.onProgress(h,a,o),a===o&&(r=!1,i.onLoad!==void 0&&i.onLoad())},this.itemError=function(h){i.onError!==void 0&&i.onError(h)},this.resolveURL=function(h){return h=h.normalize("NFC"),l?l(h):h},this.setURLModifier=function(h){return l=h,this},this.addHandler=function(h,d){return c.push(h,d),this},this.removeHandler=function(h){const d=c.indexOf(h);return d!==-1&&c.splice(d,2),this},this.getHandler=function(h){for(let d=0,u=c.length;d<u;d+=2){const f=c[d],p=c[d+1];if(f.global&&(f.lastIndex=0),f.test(h))return p}return null},this.abort=function(){return this.abortController.abort(),this._abortController=null,this}}get abortController(){return this._abortController||(this._abortController=new AbortController),this._abortController}}const jp=new jd;class us{constructor(e){this.manager=e!==void 0?e:jp,this.crossOrigin="anonymous",this.withCredentials=!1,this.path="",this.resourcePath="",this.requestHeader={},this.priority="auto",this.cache="default",typeof __THREE_DEVTOOLS__<"u"&&__THREE_DEVTOOLS__.dispatchEvent(new CustomEvent("observe",{detail:this}))}load(){}loadAsync(e,t){const n=this;return new Promise(function(i,r){n.load(e,i,t,r)})}parse(){}setCrossOrigin(e){return this.crossOrigin=e,this}setWithCredentials(e){return this.withCredentials=e,this}setPath(e){return this.path=e,this}setResourcePath(e){return this.resourcePath=e,this}setRequestHeader(e){return this.requestHeader=e,this}setPriority(e){return this.priority=e,this}setCache(e){return this.cache=e,this}abort(){return this}}us.DEFAULT_MATERIAL_NAME="__DEFAULT";const qn={};class Zp extends Error{constructor(e,t){super(e),this.response=t}}class Zd extends us{constructor(e){super(e),this.mimeType="",this.responseType="",this._abortController=new AbortController}load(e,t,n,i){e===void 0&&(e=""),this.path!==void 0&&(e=this.path+e),e=this.manager.resolveURL(e);const r=Yn.get(`file:${e}`);if(r!==void 0){this.manager.itemStart(e),setTimeout(()=>{t&&t(r),this.manager.itemEnd(e)},0);return}if(qn[e]!==void 0){qn[e].push({onLoad:t,onProgress:n,onError:i});return}qn[e]=[],qn[e].push({onLoad:t,onProgress:n,onError:i});const a=new Request(e,{headers:new Headers(this.requestHeader),credentials:this.withCredentials?"include":"same-origin",priority:this.priority,cache:this.cache,signal:typeof AbortSignal.any=="function"?AbortSignal.any([this._abortController.signal,this.manager.abortController.signal]):this._abortController.signal}),o=this.mimeType,l=this.responseType;fetch(a).then(c=>{if(c.status===200||c.status===0){if(c.status===0&&Te("FileLoader: HTTP Status 0 received."),typeof ReadableStream>"u"||c.body===void 0||c.body.getReader===void 0)return c;const h=qn[e],d=c.body.getReader(),u=c.headers.get("X-File-Size")||c.headers.get("Content-Length"),f=u?parseInt(u):0,p=f!==0;let v=0;const m=new ReadableStream({start(g){y();function y(){d.read().then(({done:T,value:S})=>{if(T)g.close();else{v+=S.byteLength;const R=new ProgressEvent("progress",{lengthComputable:p,loaded:v,total:f});for(let w=0,_=h.length;w<_;w++){const b=h[w];b.onProgress&&b.onProgress(R)}g.enqueue(S),y()}},T=>{g.error(T)})}}});return new Response(m)}else throw new Zp(`fetch for "${c.url}" responded with ${c.status}: ${c.statusText}`,c)}).then(c=>{switch(l){case"arraybuffer":return c.arrayBuffer();case"blob":return c.blob();case"document":return c.text().then(h=>new DOMParser().parseFromString(h,o));case"json":return c.json();default:if(o==="")return c.text();{const d=/charset="?([^;"\s]*)"?/i.exec(o),u=d&&d[1]?d[1].toLowerCase():void 0,f=new TextDecoder(u);return c.arrayBuffer().then(p=>f.decode(p))}}}).then(c=>{Yn.add(`file:${e}`,c);const h=qn[e];delete qn[e];for(let d=0,u=h.length;d<u;d++){const f=h[d];f.onLoad&&f.onLoad(c)}}).catch(c=>{const h=qn[e];if(h===void 0)throw this.manager.itemError(e),c;delete qn[e];for(let d=0,u=h.length;d<u;d++){const f=h[d];f.onError&&f.onError(c)}this.manager.itemError(e)}).finally(()=>{this.manager.itemEnd(e)}),this.manager.itemStart(e)}setResponseType(e){return this.responseType=e,this}setMimeType(e){return this.mimeType=e,this}abort(){return this._abortController.abort(),this._abortController=new AbortController,this}}const zi=new WeakMap;class Jp extends us{constructor(e){super(e)}load(e,t,n,i){this.path!==void 0&&(e=this.path+e),e=this.manager.resolveURL(e);const r=this,a=Yn.get(`image:${e}`);if(a!==void 0){if(a.complete===!0)r.manager.itemStart(e),setTimeout(function(){t&&t(a),r.manager.itemEnd(e)},0);else{let d=zi.get(a);d===void 0&&(d=[],zi.set(a,d)),d.push({onLoad:t,onError:i})}return a}const o=Ks("img");function l(){h(),t&&t(this);const d=zi.get(this)||[];for(let u=0;u<d.length;u++){const f=d[u];f.onLoad&&f.onLoad(this)}zi.delete(this),r.manager.itemEnd(e)}function c(d){h(),i&&i(d),Yn.remove(`image:${e}`);const u=zi.get(this)||[];for(let f=0;f<u.length;f++){const p=u[f];p.onError&&p.onError(d)}zi.delete(this),r.manager.itemError(e),r.manager.itemEnd(e)}function h(){o.removeEventListener("load",l,!1),o.removeEventListener("error",c,!1)}return o.addEventListener("load",l,!1),o.addEventListener("error",c,!1),e.slice(0,5)!=="data:"&&this.crossOrigin!==void 0&&(o.crossOrigin=this.crossOrigin),Yn.add(`image:${e}`,o),r.manager.itemStart(e),o.fetchPriority=this.priority,o.src=e,o}}class Qp extends us{constructor(e){super(e)}load(e,t,n,i){const r=new bt,a=new Jp(this.manager);return a.setPriority(this.priority),a.setCache(this.cache),a.setCrossOrigin(this.crossOrigin),a.setPath(this.path),a.load(e,function(o){r.image=o,r.needsUpdate=!0,t!==void 0&&t(r)},n,i),r}}class aa extends ot{static registerNode(e){this.prototype._lightNode=e}constructor(e,t=1){super(),this.isLight=!0,this.type="Light",this.color=new Ie(e),this.intensity=t}copy(e,t){return super.copy(e,t),this.color.copy(e.color),this.intensity=e.intensity,this}toJSON(e){const t=super.toJSON(e);return t.object.color=this.color.getHex(),t.object.intensity=this.intensity,t}}class em extends aa{constructor(e,t,n){super(e,n),this.isHemisphereLight=!0,this.type="HemisphereLight",this.position.copy(ot.DEFAULT_UP),this.updateMatrix(),this.groundColor=new Ie(t)}copy(e,t){return super.copy(e,t),this.groundColor.copy(e.groundColor),this}toJSON(e){const t=super.toJSON(e);return t.object.groundColor=this.groundColor.getHex(),t}}const Ba=new He,Xc=new U,$c=new U;class Rl{constructor(e){this.camera=e,this.intensity=1,this.bias=0,this.biasNode=null,this.normalBias=0,this.radius=1,this.blurSamples=8,this.mapSize=new De(512,512),this.mapType=jt,this.map=null,this.mapPass=null,this.matrix=new He,this.autoUpdate=!0,this.needsUpdate=!1,this._frustum=new Ys,this._frameExtents=new De(1,1),this._viewportCount=1,this._viewports=[new at(0,0,1,1)]}getViewportCount(){return this._viewportCount}getCamera(){return this.camera}getFrustum(){return this._frustum}updateMatrices(e){const t=this.camera;Xc.setFromMatrixPosition(e.matrixWorld),t.position.copy(Xc),$c.setFromMatrixPosition(e.target.matrixWorld),t.lookAt($c),t.updateMatrixWorld(),this._updateMatrix(t,this.matrix,this._frustum)}_updateMatrix(e,t,n,i){Ba.multiplyMatrices(e.projectionMatrix,e.matrixWorldInverse),n.setFromProjectionMatrix(Ba,e.coordinateSystem,e.reversedDepth);const r=this._frameExtents,a=i?i.z/r.x:1,o=i?i.w/r.y:1,l=i?i.x/r.x:0,c=i?i.y/r.y:0;e.coordinateSystem===qs||e.reversedDepth?t.set(.5*a,0,0,.5*a+l,0,.5*o,0,.5*o+c,0,0,1,0,0,0,0,1):t.set(.5*a,0,0,.5*a+l,0,.5*o,0,.5*o+c,0,0,.5,.5,0,0,0,1),t.multiply(Ba)}getViewport(e){return this._viewports[e]}getFrameExtents(){return this._frameExtents}dispose(){this.map&&this.map.dispose(),this.mapPass&&this.mapPass.dispose()}copy(e){return this.camera=e.camera.clone(),this.intensity=e.intensity,this.bias=e.bias,this.radius=e.radius,this.autoUpdate=e.autoUpdate,this.needsUpdate=e.needsUpdate,this.normalBias=e.normalBias,this.blurSamples=e.blurSamples,this.mapSize.copy(e.mapSize),this.mapType=e.mapType,this.biasNode=e.biasNode,this}clone(){return new this.constructor().copy(this)}toJSON(){const e={};return e.intensity=this.intensity,e.bias=this.bias,e.normalBias=this.normalBias,e.radius=this.radius,e.blurSamples=this.blurSamples,e.mapSize=this.mapSize.toArray(),e.mapType=this.mapType,e.camera=this.camera.toJSON(!1).object,delete e.camera.matrix,e}}const Ar=new U,Rr=new vt,Rn=new U;class Jd extends ot{constructor(){super(),this.isCamera=!0,this.type="Camera",this.matrixWorldInverse=new He,this.projectionMatrix=new He,this.projectionMatrixInverse=new He,this.coordinateSystem=xn,this._reversedDepth=!1}get reversedDepth(){return this._reversedDepth}copy(e,t){return super.copy(e,t),this.matrixWorldInverse.copy(e.matrixWorldInverse),this.projectionMatrix.copy(e.projectionMatrix),this.projectionMatrixInverse.copy(e.projectionMatrixInverse),this.coordinateSystem=e.coordinateSystem,this}getWorldDirection(e){return super.getWorldDirection(e).negate()}updateMatrixWorld(e){super.updateMatrixWorld(e),this.matrixWorld.decompose(Ar,Rr,Rn),Rn.x===1&&Rn.y===1&&Rn.z===1?this.matrixWorldInverse.copy(this.matrixWorld).invert():this.matrixWorldInverse.compose(Ar,Rr,Rn.set(1,1,1)).invert()}updateWorldMatrix(e,t,n=!1){super.updateWorldMatrix(e,t,n),this.matrixWorld.decompose(Ar,Rr,Rn),Rn.x===1&&Rn.y===1&&Rn.z===1?this.matrixWorldInverse.copy(this.matrixWorld).invert():this.matrixWorldInverse.compose(Ar,Rr,Rn.set(1,1,1)).invert()}clone(){return new this.constructor().copy(this)}}const ri=new U,qc=new De,Kc=new De;class Bt extends Jd{constructor(e=50,t=1,n=.1,i=2e3){super(),this.isPerspectiveCamera=!0,this.type="PerspectiveCamera",this.fov=e,this.zoom=1,this.near=n,this.far=i,this.focus=10,this.aspect=t,this.view=null,this.filmGauge=35,this.filmOffset=0,this.updateProjectionMatrix()}copy(e,t){return super.copy(e,t),this.fov=e.fov,this.zoom=e.zoom,this.near=e.near,this.far=e.far,this.focus=e.focus,this.aspect=e.aspect,this.view=e.view===null?null:Object.assign({},e.view),this.filmGauge=e.filmGauge,this.filmOffset=e.filmOffset,this}setFocalLength(e){const t=.5*this.getFilmHeight()/e;this.fov=ss*2*Math.atan(t),this.updateProjectionMatrix()}getFocalLength(){const e=Math.tan(Os*.5*this.fov);return .5*this.getFilmHeight()/e}getEffectiveFOV(){return ss*2*Math.atan(Math.tan(Os*.5*this.fov)/this.zoom)}getFilmWidth(){return this.filmGauge*Math.min(this.aspect,1)}getFilmHeight(){return this.filmGauge/Math.max(this.aspect,1)}getViewBounds(e,t,n){ri.set(-1,-1,.5).applyMatrix4(this.projectionMatrixInverse),t.set(ri.x,ri.y).multiplyScalar(-e/ri.z),ri.set(1,1,.5).applyMatrix4(this.projectionMatrixInverse),n.set(ri.x,ri.y).multiplyScalar(-e/ri.z)}getViewSize(e,t){return this.getViewBounds(e,qc,Kc),t.subVectors(Kc,qc)}setViewOffset(e,t,n,i,r,a){this.aspect=e/t,this.view===null&&(this.view={enabled:!0,fullWidth:1,fullHeight:1,offsetX:0,offsetY:0,width:1,height:1}),this.view.enabled=!0,this.view.fullWidth=e,this.view.fullHeight=t,this.view.offsetX=n,this.view.offsetY=i,this.view.width=r,this.view.height=a,this.updateProjectionMatrix()}clearViewOffset(){this.view!==null&&(this.view.enabled=!1),this.updateProjectionMatrix()}updateProjectionMatrix(){const e=this.near;let t=e*Math.tan(Os*.5*this.fov)/this.zoom,n=2*t,i=this.aspect*n,r=-.5*i;const a=this.view;if(this.view!==null&&this.view.enabled){const l=a.fullWidth,c=a.fullHeight;r+=a.offsetX*i/l,t-=a.offsetY*n/c,i*=a.width/l,n*=a.height/c}const o=this.filmOffset;o!==0&&(r+=e*o/this.getFilmWidth()),this.projectionMatrix.makePerspective(r,r+i,t,t-n,e,this.far,this.coordinateSystem,this.reversedDepth),this.projectionMatrixInverse.copy(this.projectionMatrix).invert()}toJSON(e){const t=super.toJSON(e);return t.object.fov=this.fov,t.object.zoom=this.zoom,t.object.near=this.near,t.object.far=this.far,t.object.focus=this.focus,t.object.aspect=this.aspect,this.view!==null&&(t.object.view=Object.assign({},this.view)),t.object.filmGauge=this.filmGauge,t.object.filmOffset=this.filmOffset,t}}class tm extends Rl{constructor(){super(new Bt(50,1,.5,500)),this.isSpotLightShadow=!0,this.focus=1,this.aspect=1}updateMatrices(e){const t=this.camera,n=ss*2*e.angle*this.focus,i=this.mapSize.width/this.mapSize.height*this.aspect,r=e.distance||t.far;(n!==t.fov||i!==t.aspect||r!==t.far)&&(t.fov=n,t.aspect=i,t.far=r,t.updateProjectionMatrix()),super.updateMatrices(e)}copy(e){return super.copy(e),this.focus=e.focus,this.aspect=e.aspect,this}toJSON(){const e=super.toJSON();return e.focus=this.focus,e.aspect=this.aspect,e}}class nm extends aa{constructor(e,t,n=0,i=Math.PI/3,r=0,a=2){super(e,t),this.isSpotLight=!0,this.type="SpotLight",this.position.copy(ot.DEFAULT_UP),this.updateMatrix(),this.target=new ot,this.distance=n,this.angle=i,this.penumbra=r,this.decay=a,this.map=null,this.shadow=new tm}get power(){return this.intensity*Math.PI}set power(e){this.intensity=e/Math.PI}dispose(){super.dispose(),this.shadow.dispose()}copy(e,t){return super.copy(e,t),this.distance=e.distance,this.angle=e.angle,this.penumbra=e.penumbra,this.decay=e.decay,this.target=e.target.clone(),this.map=e.map,this.shadow=e.shadow.clone(),this}toJSON(e){const t=super.toJSON(e);return t.object.distance=this.distance,t.object.angle=this.angle,t.object.decay=this.decay,t.object.penumbra=this.penumbra,t.object.target=this.target.uuid,this.map&&this.map.isTexture&&(t.object.map=this.map.toJSON(e).uuid),t.object.shadow=this.shadow.toJSON(),t}}class im extends Rl{constructor(){super(new Bt(90,1,.5,500)),this.isPointLightShadow=!0}}class Qd extends aa{constructor(e,t,n=0,i=2){super(e,t),this.isPointLight=!0,this.type="PointLight",this.distance=n,this.decay=i,this.shadow=new im}get power(){return this.intensity*4*Math.PI}set power(e){this.intensity=e/(4*Math.PI)}dispose(){super.dispose(),this.shadow.dispose()}copy(e,t){return super.copy(e,t),this.distance=e.distance,this.decay=e.decay,this.shadow=e.shadow.clone(),this}toJSON(e){const t=super.toJSON(e);return t.object.distance=this.distance,t.object.decay=this.decay,t.object.shadow=this.shadow.toJSON(),t}}class Cl extends Jd{constructor(e=-1,t=1,n=1,i=-1,r=.1,a=2e3){super(),this.isOrthographicCamera=!0,this.type="OrthographicCamera",this.zoom=1,this.view=null,this.left=e,this.right=t,this.top=n,this.bottom=i,this.near=r,this.far=a,this.updateProjectionMatrix()}copy(e,t){return super.copy(e,t),this.left=e.left,this.right=e.right,this.top=e.top,this.bottom=e.bottom,this.near=e.near,this.far=e.far,this.zoom=e.zoom,this.view=e.view===null?null:Object.assign({},e.view),this}setViewOffset(e,t,n,i,r,a){this.view===null&&(this.view={enabled:!0,fullWidth:1,fullHeight:1,offsetX:0,offsetY:0,width:1,height:1}),this.view.enabled=!0,this.view.fullWidth=e,this.view.fullHeight=t,this.view.offsetX=n,this.view.offsetY=i,this.view.width=r,this.view.height=a,this.updateProjectionMatrix()}clearViewOffset(){this.view!==null&&(this.view.enabled=!1),this.updateProjectionMatrix()}updateProjectionMatrix(){const e=(this.right-this.left)/(2*this.zoom),t=(this.top-this.bottom)/(2*this.zoom),n=(this.right+this.left)/2,i=(this.top+this.bottom)/2;let r=n-e,a=n+e,o=i+t,l=i-t;if(this.view!==null&&this.view.enabled){const c=(this.right-this.left)/this.view.fullWidth/this.zoom,h=(this.top-this.bottom)/this.view.fullHeight/this.zoom;r+=c*this.view.offsetX,a=r+c*this.view.width,o-=h*this.view.offsetY,l=o-h*this.view.height}this.projectionMatrix.makeOrthographic(r,a,o,l,this.near,this.far,this.coordinateSystem,this.reversedDepth),this.projectionMatrixInverse.copy(this.projectionMatrix).invert()}toJSON(e){const t=super.toJSON(e);return t.object.zoom=this.zoom,t.object.left=this.left,t.object.right=this.right,t.object.top=this.top,t.object.bottom=this.bottom,t.object.near=this.near,t.object.far=this.far,this.view!==null&&(t.object.view=Object.assign({},this.view)),t}}class sm extends Rl{constructor(){super(new Cl(-5,5,5,-5,.5,500)),this.isDirectionalLightShadow=!0}}class Ll extends aa{constructor(e,t){super(e,t),this.isDirectionalLight=!0,this.type="DirectionalLight",this.position.copy(ot.DEFAULT_UP),this.updateMatrix(),this.target=new ot,this.shadow=new sm}dispose(){super.dispose(),this.shadow.dispose()}copy(e){return super.copy(e),this.target=e.target.clone(),this.shadow=e.shadow.clone(),this}toJSON(e){const t=super.toJSON(e);return t.object.shadow=this.shadow.toJSON(),t.object.target=this.target.uuid,t}}class Bs{static extractUrlBase(e){const t=e.lastIndexOf("/");return t===-1?"./":e.slice(0,t+1)}static resolveURL(e,t){return typeof e!="string"||e===""?"":(/^https?:\/\//i.test(t)&&/^\//.test(e)&&(t=t.replace(/(^https?:\/\/[^\/]+).*/i,"$1")),/^(https?:)?\/\//i.test(e)||/^data:.*,.*$/i.test(e)||/^blob:.*$/i.test(e)?e:t+e)}}const za=new WeakMap;class rm extends us{constructor(e){super(e),this.isImageBitmapLoader=!0,typeof createImageBitmap>"u"&&Te("ImageBitmapLoader: createImageBitmap() not supported."),typeof fetch>"u"&&Te("ImageBitmapLoader: fetch() not supported."),this.options={premultiplyAlpha:"none"},this._abortController=new AbortController}setOptions(e){return this.options=e,this}load(e,t,n,i){e===void 0&&(e=""),this.path!==void 0&&(e=this.path+e),e=this.manager.resolveURL(e);const r=this,a=Yn.get(`image-bitmap:${e}`);if(a!==void 0){if(r.manager.itemStart(e),a.then){a.then(c=>{za.has(a)===!0?(i&&i(za.get(a)),r.manager.itemError(e),r.manager.itemEnd(e)):(t&&t(c),r.manager.itemEnd(e))});return}setTimeout(function(){t&&t(a),r.manager.itemEnd(e)},0);return}const o={};o.credentials=this.withCredentials||this.crossOrigin!=="anonymous"?"include":"same-origin",o.headers=this.requestHeader,o.priority=this.priority,o.cache=this.cache,o.signal=typeof AbortSignal.any=="function"?AbortSignal.any([this._abortController.signal,this.manager.abortController.signal]):this._abortController.signal;const l=fetch(e,o).then(function(c){return c.blob()}).then(function(c){return createImageBitmap(c,Object.assign({},r.options,{colorSpaceConversion:"none"}))}).then(function(c){return Yn.add(`image-bitmap:${e}`,c),t&&t(c),r.manager.itemEnd(e),c}).catch(function(c){i&&i(c),za.set(l,c),Yn.remove(`image-bitmap:${e}`),r.manager.itemError(e),r.manager.itemEnd(e)});Yn.add(`image-bitmap:${e}`,l),r.manager.itemStart(e)}abort(){return this._abortController.abort(),this._abortController=new AbortController,this}}const Hi=-90,Gi=1;class Yo extends ot{constructor(e,t,n){super(),this.type="CubeCamera",this.renderTarget=n,this.coordinateSystem=null,this.activeMipmapLevel=0;const i=new Bt(Hi,Gi,e,t);i.layers=this.layers,this.add(i);const r=new Bt(Hi,Gi,e,t);r.layers=this.layers,this.add(r);const a=new Bt(Hi,Gi,e,t);a.layers=this.layers,this.add(a);const o=new Bt(Hi,Gi,e,t);o.layers=this.layers,this.add(o);const l=new Bt(Hi,Gi,e,t);l.layers=this.layers,this.add(l);const c=new Bt(Hi,Gi,e,t);c.layers=this.layers,this.add(c)}updateCoordinateSystem(){const e=this.coordinateSystem,t=this.children.concat(),[n,i,r,a,o,l]=t;for(const c of t)this.remove(c);if(e===xn)n.up.set(0,1,0),n.lookAt(1,0,0),i.up.set(0,1,0),i.lookAt(-1,0,0),r.up.set(0,0,-1),r.lookAt(0,1,0),a.up.set(0,0,1),a.lookAt(0,-1,0),o.up.set(0,1,0),o.lookAt(0,0,1),l.up.set(0,1,0),l.lookAt(0,0,-1);else if(e===qs)n.up.set(0,-1,0),n.lookAt(-1,0,0),i.up.set(0,-1,0),i.lookAt(1,0,0),r.up.set(0,0,1),r.lookAt(0,1,0),a.up.set(0,0,-1),a.lookAt(0,-1,0),o.up.set(0,-1,0),o.lookAt(0,0,1),l.up.set(0,-1,0),l.lookAt(0,0,-1);else throw new Error("THREE.CubeCamera.updateCoordinateSystem(): Invalid coordinate system: "+e);for(const c of t)this.add(c),c.updateMatrixWorld()}update(e,t){this.parent===null&&this.updateMatrixWorld();const{renderTarget:n,activeMipmapLevel:i}=this;this.coordinateSystem!==e.coordinateSystem&&(this.coordinateSystem=e.coordinateSystem,this.updateCoordinateSystem());const[r,a,o,l,c,h]=this.children,d=e.getRenderTarget(),u=e.getActiveCubeFace(),f=e.getActiveMipmapLevel(),p=e.xr.enabled;e.xr.enabled=!1;const v=n.texture.mipmapsAutoUpdate;n.texture.mipmapsAutoUpdate=!1;let m=!1;e.isWebGLRenderer===!0?m=e.state.buffers.depth.getReversed():m=e.reversedDepthBuffer,e.setRenderTarget(n,0,i),m&&e.autoClear===!1&&e.clearDepth(),e.render(t,r),e.setRenderTarget(n,1,i),m&&e.autoClear===!1&&e.clearDepth(),e.render(t,a),e.setRenderTarget(n,2,i),m&&e.autoClear===!1&&e.clearDepth(),e.render(t,o),e.setRenderTarget(n,3,i),m&&e.autoClear===!1&&e.clearDepth(),e.render(t,l),e.setRenderTarget(n,4,i),m&&e.autoClear===!1&&e.clearDepth(),e.render(t,c),n.texture.mipmapsAutoUpdate=v,e.setRenderTarget(n,5,i),m&&e.autoClear===!1&&e.clearDepth(),e.render(t,h),e.setRenderTarget(d,u,f),e.xr.enabled=p,n.texture.needsPMREMUpdate=!0}}class am extends Bt{constructor(e=[]){super(),this.isArrayCamera=!0,this.isMultiViewCamera=!1,this.cameras=e,this.perCameraFrustumCulled=!1}}class om{constructor(e,t,n){this.binding=e,this.valueSize=n;let i,r,a;switch(t){case"quaternion":i=this._slerp,r=this._slerpAdditive,a=this._setAdditiveIdentityQuaternion,this.buffer=new Float64Array(n*6),this._workIndex=5;break;case"string":case"bool":i=this._select,r=this._select,a=this._setAdditiveIdentityOther,this.buffer=new Array(n*5);break;default:i=this._lerp,r=this._lerpAdditive,a=this._setAdditiveIdentityNumeric,this.buffer=new Float64Array(n*5)}this._mixBufferRegion=i,this._mixBufferRegionAdditive=r,this._setIdentity=a,this._origIndex=3,this._addIndex=4,this.cumulativeWeight=0,this.cumulativeWeightAdditive=0,this.useCount=0,this.referenceCount=0}accumulate(e,t){const n=this.buffer,i=this.valueSize,r=e*i+i;let a=this.cumulativeWeight;if(a===0){for(let o=0;o!==i;++o)n[r+o]=n[o];a=t}else{a+=t;const o=t/a;this._mixBufferRegion(n,r,0,o,i)}this.cumulativeWeight=a}accumulateAdditive(e){const t=this.buffer,n=this.valueSize,i=n*this._addIndex;this.cumulativeWeightAdditive===0&&this._setIdentity(),this._mixBufferRegionAdditive(t,i,0,e,n),this.cumulativeWeightAdditive+=e}apply(e){const t=this.valueSize,n=this.buffer,i=e*t+t,r=this.cumulativeWeight,a=this.cumulativeWeightAdditive,o=this.binding;if(this.cumulativeWeight=0,this.cumulativeWeightAdditive=0,r<1){const l=t*this._origIndex;this._mixBufferRegion(n,i,l,1-r,t)}a>0&&this._mixBufferRegionAdditive(n,i,this._addIndex*t,1,t);for(let l=t,c=t+t;l!==c;++l)if(n[l]!==n[l+t]){o.setValue(n,i);break}}saveOriginalState(){const e=this.binding,t=this.buffer,n=this.valueSize,i=n*this._origIndex;e.getValue(t,i);for(let r=n,a=i;r!==a;++r)t[r]=t[i+r%n];this._setIdentity(),this.cumulativeWeight=0,this.cumulativeWeightAdditive=0}restoreOriginalState(){const e=this.valueSize*3;this.binding.setValue(this.buffer,e)}_setAdditiveIdentityNumeric(){const e=this._addIndex*this.valueSize,t=e+this.valueSize;for(let n=e;n<t;n++)this.buffer[n]=0}_setAdditiveIdentityQuaternion(){this._setAdditiveIdentityNumeric(),this.buffer[this._addIndex*this.valueSize+3]=1}_setAdditiveIdentityOther(){const e=this._origIndex*this.valueSize,t=this._addIndex*this.valueSize;for(let n=0;n<this.valueSize;n++)this.buffer[t+n]=this.buffer[e+n]}_select(e,t,n,i,r){if(i>=.5)for(let a=0;a!==r;++a)e[t+a]=e[n+a]}_slerp(e,t,n,i){vt.slerpFlat(e,t,e,t,e,n,i)}_slerpAdditive(e,t,n,i,r){const a=this._workIndex*r;vt.multiplyQuaternionsFlat(e,a,e,t,e,n),vt.slerpFlat(e,t,e,t,e,a,i)}_lerp(e,t,n,i,r){const a=1-i;for(let o=0;o!==r;++o){const l=t+o;e[l]=e[l]*a+e[n+o]*i}}_lerpAdditive(e,t,n,i,r){for(let a=0;a!==r;++a){const o=t+a;e[o]=e[o]+e[n+a]*i}}}const Pl="\\[\\]\\.:\\/",lm=new RegExp("["+Pl+"]","g"),Il="[^"+Pl+"]",cm="[^"+Pl.replace("\\.","")+"]",hm=/((?:WC+[\/:])*)/.source.replace("WC",Il),dm=/(WCOD+)?/.source.replace("WCOD",cm),um=/(?:\.(WC+)(?:\[(.+)\])?)?/.source.replace("WC",Il),fm=/\.(WC+)(?:\[(.+)\])?/.source.replace("WC",Il),pm=new RegExp("^"+hm+dm+um+fm+"$"),mm=["material","materials","bones","map"];class gm{constructor(e,t,n){const i=n||Qe.parseTrackName(t);this._targetGroup=e,this._bindings=e.subscribe_(t,i)}getValue(e,t){this.bind();const n=this._targetGroup.nCachedObjects_,i=this._bindings[n];i!==void 0&&i.getValue(e,t)}setValue(e,t){const n=this._bindings;for(let i=this._targetGroup.nCachedObjects_,r=n.length;i!==r;++i)n[i].setValue(e,t)}bind(){const e=this._bindings;for(let t=this._targetGroup.nCachedObjects_,n=e.length;t!==n;++t)e[t].bind()}unbind(){const e=this._bindings;for(let t=this._targetGroup.nCachedObjects_,n=e.length;t!==n;++t)e[t].unbind()}}class Qe{constructor(e,t,n){this.path=t,this.parsedPath=n||Qe.parseTrackName(t),this.node=Qe.findNode(e,this.parsedPath.nodeName),this.rootNode=e,this.getValue=this._getValue_unbound,this.setValue=this._setValue_unbound}static create(e,t,n){return e&&e.isAnimationObjectGroup?new Qe.Composite(e,t,n):new Qe(e,t,n)}static sanitizeNodeName(e){return e.replace(/\s/g,"_").replace(lm,"")}static parseTrackName(e){const t=pm.exec(e);if(t===null)throw new Error("THREE.PropertyBinding: Cannot parse trackName: "+e);const n={nodeName:t[2],objectName:t[3],objectIndex:t[4],propertyName:t[5],propertyIndex:t[6]},i=n.nodeName&&n.nodeName.lastIndexOf(".");if(i!==void 0&&i!==-1){const r=n.nodeName.substring(i+1);mm.indexOf(r)!==-1&&(n.nodeName=n.nodeName.substring(0,i),n.objectName=r)}if(n.propertyName===null||n.propertyName.length===0)throw new Error("THREE.PropertyBinding: can not parse propertyName from trackName: "+e);return n}static findNode(e,t){if(t===void 0||t===""||t==="."||t===-1||t===e.name||t===e.uuid)return e;if(e.skeleton){const n=e.skeleton.getBoneByName(t);if(n!==void 0)return n}if(e.children){const n=function(r){for(let a=0;a<r.length;a++){const o=r[a];if(o.name===t||o.uuid===t)return o;const l=n(o.children);if(l)return l}return null},i=n(e.children);if(i)return i}return null}_getValue_unavailable(){}_setValue_unavailable(){}_getValue_direct(e,t){e[t]=this.targetObject[this.propertyName]}_getValue_array(e,t){const n=this.resolvedProperty;for(let i=0,r=n.length;i!==r;++i)e[t++]=n[i]}_getValue_arrayElement(e,t){e[t]=this.resolvedProperty[this.propertyIndex]}_getValue_toArray(e,t){this.resolvedProperty.toArray(e,t)}_setValue_direct(e,t){this.targetObject[this.propertyName]=e[t]}_setValue_direct_setNeedsUpdate(e,t){this.targetObject[this.propertyName]=e[t],this.targetObject.needsUpdate=!0}_setValue_direct_setMatrixWorldNeedsUpdate(e,t){this.targetObject[this.propertyName]=e[t],this.targetObject.matrixWorldNeedsUpdate=!0}_setValue_array(e,t){const n=this.resolvedProperty;for(let i=0,r=n.length;i!==r;++i)n[i]=e[t++]}_setValue_array_setNeedsUpdate(e,t){const n=this.resolvedProperty;for(let i=0,r=n.length;i!==r;++i)n[i]=e[t++];this.targetObject.needsUpdate=!0}_setValue_array_setMatrixWorldNeedsUpdate(e,t){const n=this.resolvedProperty;for(let i=0,r=n.length;i!==r;++i)n[i]=e[t++];this.targetObject.matrixWorldNeedsUpdate=!0}_setValue_arrayElement(e,t){this.resolvedProperty[this.propertyIndex]=e[t]}_setValue_arrayElement_setNeedsUpdate(e,t){this.resolvedProperty[this.propertyIndex]=e[t],this.targetObject.needsUpdate=!0}_setValue_arrayElement_setMatrixWorldNeedsUpdate(e,t){this.resolvedProperty[this.propertyIndex]=e[t],this.targetObject.matrixWorldNeedsUpdate=!0}_setValue_fromArray(e,t){this.resolvedProperty.fromArray(e,t)}_setValue_fromArray_setNeedsUpdate(e,t){this.resolvedProperty.fromArray(e,t),this.targetObject.needsUpdate=!0}_setValue_fromArray_setMatrixWorldNeedsUpdate(e,t){this.resolvedProperty.fromArray(e,t),this.targetObject.matrixWorldNeedsUpdate=!0}_getValue_unbound(e,t){this.bind(),this.getValue(e,t)}_setValue_unbound(e,t){this.bind(),this.setValue(e,t)}bind(){let e=this.node;const t=this.parsedPath,n=t.objectName,i=t.propertyName;let r=t.propertyIndex;if(e||(e=Qe.findNode(this.rootNode,t.nodeName),this.node=e),this.getValue=this._getValue_unavailable,this.setValue=this._setValue_unavailable,!e){Te("PropertyBinding: No target node found for track: "+this.path+".");return}if(n){let c=t.objectIndex;switch(n){case"materials":if(!e.material){Ne("PropertyBinding: Can not bind to material as node does not have a material.",this);return}if(!e.material.materials){Ne("PropertyBinding: Can not bind to material.materials as node.material does not have a materials array.",this);return}e=e.material.materials;break;case"bones":if(!e.skeleton){Ne("PropertyBinding: Can not bind to bones as node does not have a skeleton.",this);return}e=e.skeleton.bones;for(let h=0;h<e.length;h++)if(e[h].name===c){c=h;break}break;case"map":if("map"in e){e=e.map;break}if(!e.material){Ne("PropertyBinding: Can not bind to material as node does not have a material.",this);return}if(!e.material.map){Ne("PropertyBinding: Can not bind to material.map as node.material does not have a map.",this);return}e=e.material.map;break;default:if(e[n]===void 0){Ne("PropertyBinding: Can not bind to objectName of node undefined.",this);return}e=e[n]}if(c!==void 0){if(e[c]===void 0){Ne("PropertyBinding: Trying to bind to objectIndex of objectName, but is undefined.",this,e);return}e=e[c]}}const a=e[i];if(a===void 0){const c=t.nodeName;Ne("PropertyBinding: Trying to update property for track: "+c+"."+i+" but it wasn't found.",e);return}let o=this.Versioning.None;this.targetObject=e,e.isMaterial===!0?o=this.Versioning.NeedsUpdate:e.isObject3D===!0&&(o=this.Versioning.MatrixWorldNeedsUpdate);let l=this.BindingType.Direct;if(r!==void 0){if(i==="morphTargetInfluences"){if(!e.geometry){Ne("PropertyBinding: Can not bind to morphTargetInfluences because node does not have a geometry.",this);return}if(!e.geometry.morphAttributes){Ne("PropertyBinding: Can not bind to morphTargetInfluences because node does not have a geometry.morphAttributes.",this);return}e.morphTargetDictionary[r]!==void 0&&(r=e.morphTargetDictionary[r])}l=this.BindingType.ArrayElement,this.resolvedProperty=a,this.propertyIndex=r}else a.fromArray!==void 0&&a.toArray!==void 0?(l=this.BindingType.HasFromToArray,this.resolvedProperty=a):Array.isArray(a)?(l=this.BindingType.EntireArray,this.resolvedProperty=a):this.propertyName=i;this.getValue=this.GetterByBindingType[l],this.setValue=this.SetterByBindingTypeAndVersioning[l][o]}unbind(){this.node=null,this.getValue=this._getValue_unbound,this.setValue=this._setValue_unbound}}Qe.Composite=gm;Qe.prototype.BindingType={Direct:0,EntireArray:1,ArrayElement:2,HasFromToArray:3};Qe.prototype.Versioning={None:0,NeedsUpdate:1,MatrixWorldNeedsUpdate:2};Qe.prototype.GetterByBindingType=[Qe.prototype._getValue_direct,Qe.prototype._getValue_array,Qe.prototype._getValue_arrayElement,Qe.prototype._getValue_toArray];Qe.prototype.SetterByBindingTypeAndVersioning=[[Qe.prototype._setValue_direct,Qe.prototype._setValue_direct_setNeedsUpdate,Qe.prototype._setValue_direct_setMatrixWorldNeedsUpdate],[Qe.prototype._setValue_array,Qe.prototype._setValue_array_setNeedsUpdate,Qe.prototype._setValue_array_setMatrixWorldNeedsUpdate],[Qe.prototype._setValue_arrayElement,Qe.prototype._setValue_arrayElement_setNeedsUpdate,Qe.prototype._setValue_arrayElement_setMatrixWorldNeedsUpdate],[Qe.prototype._setValue_fromArray,Qe.prototype._setValue_fromArray_setNeedsUpdate,Qe.prototype._setValue_fromArray_setMatrixWorldNeedsUpdate]];class _m{constructor(e,t,n=null,i=t.blendMode){this._mixer=e,this._clip=t,this._localRoot=n,this.blendMode=i;const r=t.tracks,a=r.length,o=new Array(a),l={endingStart:qi,endingEnd:qi};for(let c=0;c!==a;++c){const h=r[c].createInterpolant(null);o[c]=h,h.settings=l}this._interpolantSettings=l,this._interpolants=o,this._propertyBindings=new Array(a),this._cacheIndex=null,this._byClipCacheIndex=null,this._timeScaleInterpolant=null,this._restoreTimeScale=null,this._weightInterpolant=null,this.loop=wf,this._loopCount=-1,this._startTime=null,this.time=0,this.timeScale=1,this._effectiveTimeScale=1,this.weight=1,this._effectiveWeight=1,this.repetitions=1/0,this.paused=!1,this.enabled=!0,this.clampWhenFinished=!1,this.zeroSlopeAtStart=!0,this.zeroSlopeAtEnd=!0}play(){return this._mixer._activateAction(this),this}stop(){return this._mixer._deactivateAction(this),this.reset()}reset(){return this.paused=!1,this.enabled=!0,this.time=0,this._loopCount=-1,this._startTime=null,this.stopFading().stopWarping()}isRunning(){return this.enabled&&!this.paused&&this.timeScale!==0&&this._startTime===null&&this._mixer._isActiveAction(this)}isScheduled(){return this._mixer._isActiveAction(this)}startAt(e){return this._startTime=e,this}setLoop(e,t){return this.loop=e,this.repetitions=t,this}setEffectiveWeight(e){return this.weight=e,this._effectiveWeight=this.enabled?e:0,this.stopFading()}getEffectiveWeight(){return this._effectiveWeight}fadeIn(e){return this._scheduleFading(e,0,1)}fadeOut(e){return this._scheduleFading(e,1,0)}crossFadeFrom(e,t,n=!1){if(e.fadeOut(t),this.fadeIn(t),n===!0){const i=this._clip.duration,r=e._clip.duration,a=r/i,o=i/r;e._restoreTimeScale=e.timeScale,this._restoreTimeScale=this.timeScale,e.warp(1,a,t),this.warp(o,1,t)}return this}crossFadeTo(e,t,n=!1){return e.crossFadeFrom(this,t,n)}stopFading(){const e=this._weightInterpolant;return e!==null&&(this._weightInterpolant=null,this._mixer._takeBackControlInterpolant(e)),this}setEffectiveTimeScale(e){return this.timeScale=e,this._effectiveTimeScale=this.paused?0:e,this.stopWarping()}getEffectiveTimeScale(){return this._effectiveTimeScale}setDuration(e){return this.timeScale=this._clip.duration/e,this.stopWarping()}syncWith(e){return this.time=e.time,this.timeScale=e.timeScale,this.stopWarping()}halt(e){return this.warp(this._effectiveTimeScale,0,e)}warp(e,t,n){const i=this._mixer,r=i.time,a=this.timeScale;let o=this._timeScaleInterpolant;o===null&&(o=i._lendControlInterpolant(),this._timeScaleInterpolant=o);const l=o.parameterPositions,c=o.sampleValues;return l[0]=r,l[1]=r+n,c[0]=e/a,c[1]=t/a,this}stopWarping(){const e=this._timeScaleInterpolant;return e!==null&&(this._timeScaleInterpolant=null,this._mixer._takeBackControlInterpolant(e)),this._restoreTimeScale=null,this}getMixer(){return this._mixer}getClip(){return this._clip}getRoot(){return this._localRoot||this._mixer._root}_update(e,t,n,i){if(!this.enabled){this._updateWeight(e);return}const r=this._startTime;if(r!==null){const l=(e-r)*n;l<0||n===0?t=0:(this._startTime=null,t=n*l)}t*=this._updateTimeScale(e);const a=this._updateTime(t),o=this._updateWeight(e);if(o>0){const l=this._interpolants,c=this._propertyBindings;switch(this.blendMode){case Af:for(let h=0,d=l.length;h!==d;++h)l[h].evaluate(a),c[h].accumulateAdditive(o);break;case vl:default:for(let h=0,d=l.length;h!==d;++h)l[h].evaluate(a),c[h].accumulate(i,o)}}}_updateWeight(e){let t=0;if(this.enabled){t=this.weight;const n=this._weightInterpolant;if(n!==null){const i=n.evaluate(e)[0];t*=i,e>n.parameterPositions[1]&&(this.stopFading(),i===0&&(this.enabled=!1))}}return this._effectiveWeight=t,t}_updateTimeScale(e){let t=0;if(!this.paused){t=this.timeScale;const n=this._timeScaleInterpolant;if(n!==null){const i=n.evaluate(e)[0];t*=i,e>n.parameterPositions[1]&&(t===0?this.paused=!0:(this._restoreTimeScale!==null&&(t=this._restoreTimeScale),this.timeScale=t),this.stopWarping())}}return this._effectiveTimeScale=t,t}_updateTime(e){const t=this._clip.duration,n=this.loop;let i=this.time+e,r=this._loopCount;const a=n===Tf;if(e===0)return r===-1?i:a&&(r&1)===1?t-i:i;if(n===Ef){r===-1&&(this._loopCount=0,this._setEndings(!0,!0,!1));e:{if(i>=t)i=t;else if(i<0)i=0;else{this.time=i;break e}this.clampWhenFinished?this.paused=!0:this.enabled=!1,this.time=i,this._mixer.dispatchEvent({type:"finished",action:this,direction:e<0?-1:1})}}else{if(r===-1&&(e>=0?(r=0,this._setEndings(!0,this.repetitions===0,a)):this._setEndings(this.repetitions===0,!0,a)),i>=t||i<0){const o=Math.floor(i/t);i-=t*o,r+=Math.abs(o);const l=this.repetitions-r;if(l<=0)this.clampWhenFinished?this.paused=!0:this.enabled=!1,i=e>0?t:0,this.time=i,this._mixer.dispatchEvent({type:"finished",action:this,direction:e>0?1:-1});else{if(l===1){const c=e<0;this._setEndings(c,!c,a)}else this._setEndings(!1,!1,a);this._loopCount=r,this.time=i,this._mixer.dispatchEvent({type:"loop",action:this,loopDelta:o})}}else this._loopCount=r,this.time=i;if(a&&(r&1)===1)return t-i}return i}_setEndings(e,t,n){const i=this._interpolantSettings;n?(i.endingStart=Ki,i.endingEnd=Ki):(e?i.endingStart=this.zeroSlopeAtStart?Ki:qi:i.endingStart=Yr,t?i.endingEnd=this.zeroSlopeAtEnd?Ki:qi:i.endingEnd=Yr)}_scheduleFading(e,t,n){const i=this._mixer,r=i.time;let a=this._weightInterpolant;a===null&&(a=i._lendControlInterpolant(),this._weightInterpolant=a);const o=a.parameterPositions,l=a.sampleValues;return o[0]=r,l[0]=t,o[1]=r+e,l[1]=n,this}}const vm=new Float32Array(1);class xm extends Jn{constructor(e){super(),this._root=e,this._initMemoryManager(),this._accuIndex=0,this.time=0,this.timeScale=1,typeof __THREE_DEVTOOLS__<"u"&&__THREE_DEVTOOLS__.dispatchEvent(new CustomEvent("observe",{detail:this}))}_bindAction(e,t){const n=e._localRoot||this._root,i=e._clip.tracks,r=i.length,a=e._propertyBindings,o=e._interpolants,l=n.uuid,c=this._bindingsByRootAndName;let h=c[l];h===void 0&&(h={},c[l]=h);for(let d=0;d!==r;++d){const u=i[d],f=u.name;let p=h[f];if(p!==void 0)++p.referenceCount,a[d]=p;else{if(p=a[d],p!==void 0){p._cacheIndex===null&&(++p.referenceCount,this._addInactiveBinding(p,l,f));continue}const v=t&&t._propertyBindings[d].binding.parsedPath;p=new om(Qe.create(n,f,v),u.ValueTypeName,u.getValueSize()),++p.referenceCount,this._addInactiveBinding(p,l,f),a[d]=p}o[d].resultBuffer=p.buffer}}_activateAction(e){if(!this._isActiveAction(e)){if(e._cacheIndex===null){const n=(e._localRoot||this._root).uuid,i=e._clip.uuid,r=this._actionsByClip[i];this._bindAction(e,r&&r.knownActions[0]),this._addInactiveAction(e,i,n)}const t=e._propertyBindings;for(let n=0,i=t.length;n!==i;++n){const r=t[n];r.useCount++===0&&(this._lendBinding(r),r.saveOriginalState())}this._lendAction(e)}}_deactivateAction(e){if(this._isActiveAction(e)){const t=e._propertyBindings;for(let n=0,i=t.length;n!==i;++n){const r=t[n];--r.useCount===0&&(r.restoreOriginalState(),this._takeBackBinding(r))}this._takeBackAction(e)}}_initMemoryManager(){this._actions=[],this._nActiveActions=0,this._actionsByClip={},this._bindings=[],this._nActiveBindings=0,this._bindingsByRootAndName={},this._controlInterpolants=[],this._nActiveControlInterpolants=0;const e=this;this.stats={actions:{get total(){return e._actions.length},get inUse(){return e._nActiveActions}},bindings:{get total(){return e._bindings.length},get inUse(){return e._nActiveBindings}},controlInterpolants:{get total(){return e._controlInterpolants.length},get inUse(){return e._nActiveControlInterpolants}}}}_isActiveAction(e){const t=e._cacheIndex;return t!==null&&t<this._nActiveActions}_addInactiveAction(e,t,n){const i=this._actions,r=this._actionsByClip;let a=r[t];if(a===void 0)a={knownActions:[e],actionByRoot:{}},e._byClipCacheIndex=0,r[t]=a;else{const o=a.knownActions;e._byClipCacheIndex=o.length,o.push(e)}e._cacheIndex=i.length,i.push(e),a.actionByRoot[n]=e}_removeInactiveAction(e){const t=this._actions,n=t[t.length-1],i=e._cacheIndex;n._cacheIndex=i,t[i]=n,t.pop(),e._cacheIndex=null;const r=e._clip.uuid,a=this._actionsByClip,o=a[r],l=o.knownActions,c=l[l.length-1],h=e._byClipCacheIndex;c._byClipCacheIndex=h,l[h]=c,l.pop(),e._byClipCacheIndex=null;const d=o.actionByRoot,u=(e._localRoot||this._root).uuid;delete d[u],l.length===0&&delete a[r],this._removeInactiveBindingsForAction(e)}_removeInactiveBindingsForAction(e){const t=e._propertyBindings;for(let n=0,i=t.length;n!==i;++n){const r=t[n];--r.referenceCount===0&&this._removeInactiveBinding(r)}}_lendAction(e){const t=this._actions,n=e._cacheIndex,i=this._nActiveActions++,r=t[i];e._cacheIndex=i,t[i]=e,r._cacheIndex=n,t[n]=r}_takeBackAction(e){const t=this._actions,n=e._cacheIndex,i=--this._nActiveActions,r=t[i];e._cacheIndex=i,t[i]=e,r._cacheIndex=n,t[n]=r}_addInactiveBinding(e,t,n){const i=this._bindingsByRootAndName,r=this._bindings;let a=i[t];a===void 0&&(a={},i[t]=a),a[n]=e,e._cacheIndex=r.length,r.push(e)}_removeInactiveBinding(e){const t=this._bindings,n=e.binding,i=n.rootNode.uuid,r=n.path,a=this._bindingsByRootAndName,o=a[i],l=t[t.length-1],c=e._cacheIndex;l._cacheIndex=c,t[c]=l,t.pop(),delete o[r],Object.keys(o).length===0&&delete a[i]}_lendBinding(e){const t=this._bindings,n=e._cacheIndex,i=this._nActiveBindings++,r=t[i];e._cacheIndex=i,t[i]=e,r._cacheIndex=n,t[n]=r}_takeBackBinding(e){const t=this._bindings,n=e._cacheIndex,i=--this._nActiveBindings,r=t[i];e._cacheIndex=i,t[i]=e,r._cacheIndex=n,t[n]=r}_lendControlInterpolant(){const e=this._controlInterpolants,t=this._nActiveControlInterpolants++;let n=e[t];return n===void 0&&(n=new qd(new Float32Array(2),new Float32Array(2),1,vm),n.__cacheIndex=t,e[t]=n),n}_takeBackControlInterpolant(e){const t=this._controlInterpolants,n=e.__cacheIndex,i=--this._nActiveControlInterpolants,r=t[i];e.__cacheIndex=i,t[i]=e,r.__cacheIndex=n,t[n]=r}clipAction(e,t,n){const i=t||this._root,r=i.uuid;let a=typeof e=="string"?Ko.findByName(i,e):e;const o=a!==null?a.uuid:e,l=this._actionsByClip[o];let c=null;if(n===void 0&&(a!==null?n=a.blendMode:n=vl),l!==void 0){const d=l.actionByRoot[r];if(d!==void 0&&d.blendMode===n)return d;c=l.knownActions[0],a===null&&(a=c._clip)}if(a===null)return null;const h=new _m(this,a,t,n);return this._bindAction(h,c),this._addInactiveAction(h,o,r),h}existingAction(e,t){const n=t||this._root,i=n.uuid,r=typeof e=="string"?Ko.findByName(n,e):e,a=r?r.uuid:e,o=this._actionsByClip[a];return o!==void 0&&o.actionByRoot[i]||null}stopAllAction(){const e=this._actions,t=this._nActiveActions;for(let n=t-1;n>=0;--n)e[n].stop();return this}update(e){e*=this.timeScale;const t=this._actions,n=this._nActiveActions,i=this.time+=e,r=Math.sign(e),a=this._accuIndex^=1;for(let c=0;c!==n;++c)t[c]._update(i,e,r,a);const o=this._bindings,l=this._nActiveBindings;for(let c=0;c!==l;++c)o[c].apply(a);return this}setTime(e){this.time=0;for(let t=0;t<this._actions.length;t++)this._actions[t].time=0;return this.update(e)}getRoot(){return this._root}uncacheClip(e){const t=this._actions,n=e.uuid,i=this._actionsByClip,r=i[n];if(r!==void 0){const a=r.knownActions;for(let o=0,l=a.length;o!==l;++o){const c=a[o];this._deactivateAction(c);const h=c._cacheIndex,d=t[t.length-1];c._cacheIndex=null,c._byClipCacheIndex=null,d._cacheIndex=h,t[h]=d,t.pop(),this._removeInactiveBindingsForAction(c)}delete i[n]}}uncacheRoot(e){const t=e.uuid,n=this._actionsByClip;for(const a in n){const o=n[a].actionByRoot,l=o[t];l!==void 0&&(this._deactivateAction(l),this._removeInactiveAction(l))}const i=this._bindingsByRootAndName,r=i[t];if(r!==void 0)for(const a in r){const o=r[a];o.restoreOriginalState(),this._removeInactiveBinding(o)}}uncacheAction(e,t){const n=this.existingAction(e,t);n!==null&&(this._deactivateAction(n),this._removeInactiveAction(n))}}class Yc{constructor(e=1,t=0,n=0){this.radius=e,this.phi=t,this.theta=n}set(e,t,n){return this.radius=e,this.phi=t,this.theta=n,this}copy(e){return this.radius=e.radius,this.phi=e.phi,this.theta=e.theta,this}makeSafe(){return this.phi=We(this.phi,1e-6,Math.PI-1e-6),this}setFromVector3(e){return this.setFromCartesianCoords(e.x,e.y,e.z)}setFromCartesianCoords(e,t,n){return this.radius=Math.sqrt(e*e+t*t+n*n),this.radius===0?(this.theta=0,this.phi=0):(this.theta=Math.atan2(e,n),this.phi=Math.acos(We(t/this.radius,-1,1))),this}clone(){return new this.constructor().copy(this)}}class ym extends Jn{constructor(e,t=null){super(),this.object=e,this.domElement=t,this.enabled=!0,this.state=-1,this.keys={},this.mouseButtons={LEFT:null,MIDDLE:null,RIGHT:null},this.touches={ONE:null,TWO:null}}connect(e){this.domElement!==null&&this.disconnect(),this.domElement=e}disconnect(){}dispose(){}update(){}}function jc(s,e,t,n){const i=Mm(n);switch(t){case bd:return s*e;case pl:return s*e/i.components*i.byteLength;case ml:return s*e/i.components*i.byteLength;case wi:return s*e*2/i.components*i.byteLength;case gl:return s*e*2/i.components*i.byteLength;case Ed:return s*e*3/i.components*i.byteLength;case vn:return s*e*4/i.components*i.byteLength;case _l:return s*e*4/i.components*i.byteLength;case Br:case zr:return Math.floor((s+3)/4)*Math.floor((e+3)/4)*8;case Hr:case Gr:return Math.floor((s+3)/4)*Math.floor((e+3)/4)*16;case _o:case xo:return Math.max(s,16)*Math.max(e,8)/4;case go:case vo:return Math.max(s,8)*Math.max(e,8)/2;case yo:case Mo:case bo:case Eo:return Math.floor((s+3)/4)*Math.floor((e+3)/4)*8;case So:case qr:case wo:return Math.floor((s+3)/4)*Math.floor((e+3)/4)*16;case To:return Math.floor((s+3)/4)*Math.floor((e+3)/4)*16;case Ao:return Math.floor((s+4)/5)*Math.floor((e+3)/4)*16;case Ro:return Math.floor((s+4)/5)*Math.floor((e+4)/5)*16;case Co:return Math.floor((s+5)/6)*Math.floor((e+4)/5)*16;case Lo:return Math.floor((s+5)/6)*Math.floor((e+5)/6)*16;case Po:return Math.floor((s+7)/8)*Math.floor((e+4)/5)*16;case Io:return Math.floor((s+7)/8)*Math.floor((e+5)/6)*16;case Do:return Math.floor((s+7)/8)*Math.floor((e+7)/8)*16;case No:return Math.floor((s+9)/10)*Math.floor((e+4)/5)*16;case Uo:return Math.floor((s+9)/10)*Math.floor((e+5)/6)*16;case ko:return Math.floor((s+9)/10)*Math.floor((e+7)/8)*16;case Oo:return Math.floor((s+9)/10)*Math.floor((e+9)/10)*16;case Fo:return Math.floor((s+11)/12)*Math.floor((e+9)/10)*16;case Bo:return Math.floor((s+11)/12)*Math.floor((e+11)/12)*16;case zo:case Ho:case Go:return Math.ceil(s/4)*Math.ceil(e/4)*16;case Vo:case Wo:return Math.ceil(s/4)*Math.ceil(e/4)*8;case Kr:case Xo:return Math.ceil(s/4)*Math.ceil(e/4)*16}throw new Error(`Unable to determine texture byte length for ${t} format.`)}function Mm(s){switch(s){case jt:case xd:return{byteLength:1,components:1};case Ws:case yd:case Fn:return{byteLength:2,components:1};case ul:case fl:return{byteLength:2,components:4};case On:case dl:case cn:return{byteLength:4,components:1};case Md:case Sd:return{byteLength:4,components:3}}throw new Error(`THREE.TextureUtils: Unknown texture type ${s}.`)}typeof __THREE_DEVTOOLS__<"u"&&__THREE_DEVTOOLS__.dispatchEvent(new CustomEvent("register",{detail:{revision:ll}}));typeof window<"u"&&(window.__THREE__?Te("WARNING: Multiple instances of Three.js being imported."):window.__THREE__=ll);function eu(){let s=null,e=!1,t=null,n=null;function i(r,a){n=s.requestAnimationFrame(i),t(r,a)}return{start:function(){e!==!0&&t!==null&&s!==null&&(n=s.requestAnimationFrame(i),e=!0)},stop:function(){s!==null&&s.cancelAnimationFrame(n),e=!1},setAnimationLoop:function(r){t=r},setContext:function(r){s=r}}}function Sm(s){const e=new WeakMap;function t(o,l){const c=o.array,h=o.usage,d=c.byteLength,u=s.createBuffer();s.bindBuffer(l,u),s.bufferData(l,c,h),o.onUploadCallback();let f;if(c instanceof Float32Array)f=s.FLOAT;else if(typeof Float16Array<"u"&&c instanceof Float16Array)f=s.HALF_FLOAT;else if(c instanceof Uint16Array)o.isFloat16BufferAttribute?f=s.HALF_FLOAT:f=s.UNSIGNED_SHORT;else if(c instanceof Int16Array)f=s.SHORT;else if(c instanceof Uint32Array)f=s.UNSIGNED_INT;else if(c instanceof Int32Array)f=s.INT;else if(c instanceof Int8Array)f=s.BYTE;else if(c instanceof Uint8Array)f=s.UNSIGNED_BYTE;else if(c instanceof Uint8ClampedArray)f=s.UNSIGNED_BYTE;else throw new Error("THREE.WebGLAttributes: Unsupported buffer data format: "+c);return{buffer:u,type:f,bytesPerElement:c.BYTES_PER_ELEMENT,version:o.version,size:d}}function n(o,l,c){const h=l.array,d=l.updateRanges;if(s.bindBuffer(c,o),d.length===0)s.bufferSubData(c,0,h);else{d.sort((f,p)=>f.start-p.start);let u=0;for(let f=1;f<d.length;f++){const p=d[u],v=d[f];v.start<=p.start+p.count+1?p.count=Math.max(p.count,v.start+v.count-p.start):(++u,d[u]=v)}d.length=u+1;for(let f=0,p=d.length;f<p;f++){const v=d[f];s.bufferSubData(c,v.start*h.BYTES_PER_ELEMENT,h,v.start,v.count)}l.clearUpdateRanges()}l.onUploadCallback()}function i(o){return o.isInterleavedBufferAttribute&&(o=o.data),e.get(o)}function r(o){o.isInterleavedBufferAttribute&&(o=o.data);const l=e.get(o);l&&(s.deleteBuffer(l.buffer),e.delete(o))}function a(o,l){if(o.isInterleavedBufferAttribute&&(o=o.data),o.isGLBufferAttribute){const h=e.get(o);(!h||h.version<o.version)&&e.set(o,{buffer:o.buffer,type:o.type,bytesPerElement:o.elementSize,version:o.version});return}const c=e.get(o);if(c===void 0)e.set(o,t(o,l));else if(c.version<o.version){if(c.size!==o.array.byteLength)throw new Error("THREE.WebGLAttributes: The size of the buffer attribute's array buffer does not match the original size. Resizing buffer attributes is not supported.");n(c.buffer,o,l),c.version=o.version}}return{get:i,remove:r,update:a}}var bm=`#ifdef USE_ALPHAHASH
	if ( diffuseColor.a < getAlphaHashThreshold( vPosition ) ) discard;
#endif`,Em=`#ifdef USE_ALPHAHASH
	const float ALPHA_HASH_SCALE = 0.05;
	float hash2D( vec2 value ) {
		return fract( 1.0e4 * sin( 17.0 * value.x + 0.1 * value.y ) * ( 0.1 + abs( sin( 13.0 * value.y + value.x ) ) ) );
	}
	float hash3D( vec3 value ) {
		return hash2D( vec2( hash2D( value.xy ), value.z ) );
	}
	float getAlphaHashThreshold( vec3 position ) {
		float maxDeriv = max(
			length( dFdx( position.xyz ) ),
			length( dFdy( position.xyz ) )
		);
		float pixScale = 1.0 / ( ALPHA_HASH_SCALE * maxDeriv );
		vec2 pixScales = vec2(
			exp2( floor( log2( pixScale ) ) ),
			exp2( ceil( log2( pixScale ) ) )
		);
		vec2 alpha = vec2(
			hash3D( floor( pixScales.x * position.xyz ) ),
			hash3D( floor( pixScales.y * position.xyz ) )
		);
		float lerpFactor = fract( log2( pixScale ) );
		float x = ( 1.0 - lerpFactor ) * alpha.x + lerpFactor * alpha.y;
		float a = min( lerpFactor, 1.0 - lerpFactor );
		vec3 cases = vec3(
			x * x / ( 2.0 * a * ( 1.0 - a ) ),
			( x - 0.5 * a ) / ( 1.0 - a ),
			1.0 - ( ( 1.0 - x ) * ( 1.0 - x ) / ( 2.0 * a * ( 1.0 - a ) ) )
		);
		float threshold = ( x < ( 1.0 - a ) )
			? ( ( x < a ) ? cases.x : cases.y )
			: cases.z;
		return clamp( threshold , 1.0e-6, 1.0 );
	}
#endif`,wm=`#ifdef USE_ALPHAMAP
	diffuseColor.a *= texture2D( alphaMap, vAlphaMapUv ).g;
#endif`,Tm=`#ifdef USE_ALPHAMAP
	uniform sampler2D alphaMap;
#endif`,Am=`#ifdef USE_ALPHATEST
	#ifdef ALPHA_TO_COVERAGE
	diffuseColor.a = smoothstep( alphaTest, alphaTest + fwidth( diffuseColor.a ), diffuseColor.a );
	if ( diffuseColor.a == 0.0 ) discard;
	#else
	if ( diffuseColor.a < alphaTest ) discard;
	#endif
#endif`,Rm=`#ifdef USE_ALPHATEST
	uniform float alphaTest;
#endif`,Cm=`#ifdef USE_AOMAP
	float ambientOcclusion = ( texture2D( aoMap, vAoMapUv ).r - 1.0 ) * aoMapIntensity + 1.0;
	reflectedLight.indirectDiffuse *= ambientOcclusion;
	#if defined( USE_CLEARCOAT ) 
		clearcoatSpecularIndirect *= ambientOcclusion;
	#endif
	#if defined( USE_SHEEN ) 
		sheenSpecularIndirect *= ambientOcclusion;
	#endif
	#if defined( USE_ENVMAP ) && defined( STANDARD )
		float dotNV = saturate( dot( geometryNormal, geometryViewDir ) );
		reflectedLight.indirectSpecular *= computeSpecularOcclusion( dotNV, ambientOcclusion, material.roughness );
	#endif
#endif`,Lm=`#ifdef USE_AOMAP
	uniform sampler2D aoMap;
	uniform float aoMapIntensity;
#endif`,Pm=`#ifdef USE_BATCHING
	#if ! defined( GL_ANGLE_multi_draw )
	#define gl_DrawID _gl_DrawID
	uniform int _gl_DrawID;
	#endif
	uniform highp sampler2D batchingTexture;
	uniform highp usampler2D batchingIdTexture;
	mat4 getBatchingMatrix( const in float i ) {
		int size = textureSize( batchingTexture, 0 ).x;
		int j = int( i ) * 4;
		int x = j % size;
		int y = j / size;
		vec4 v1 = texelFetch( batchingTexture, ivec2( x, y ), 0 );
		vec4 v2 = texelFetch( batchingTexture, ivec2( x + 1, y ), 0 );
		vec4 v3 = texelFetch( batchingTexture, ivec2( x + 2, y ), 0 );
		vec4 v4 = texelFetch( batchingTexture, ivec2( x + 3, y ), 0 );
		return mat4( v1, v2, v3, v4 );
	}
	float getIndirectIndex( const in int i ) {
		int size = textureSize( batchingIdTexture, 0 ).x;
		int x = i % size;
		int y = i / size;
		return float( texelFetch( batchingIdTexture, ivec2( x, y ), 0 ).r );
	}
#endif
#ifdef USE_BATCHING_COLOR
	uniform sampler2D batchingColorTexture;
	vec4 getBatchingColor( const in float i ) {
		int size = textureSize( batchingColorTexture, 0 ).x;
		int j = int( i );
		int x = j % size;
		int y = j / size;
		return texelFetch( batchingColorTexture, ivec2( x, y ), 0 );
	}
#endif`,Im=`#ifdef USE_BATCHING
	mat4 batchingMatrix = getBatchingMatrix( getIndirectIndex( gl_DrawID ) );
#endif`,Dm=`vec3 transformed = vec3( position );
#ifdef USE_ALPHAHASH
	vPosition = vec3( position );
#endif`,Nm=`vec3 objectNormal = vec3( normal );
#ifdef USE_TANGENT
	vec3 objectTangent = vec3( tangent.xyz );
#endif`,Um=`float G_BlinnPhong_Implicit( ) {
	return 0.25;
}
float D_BlinnPhong( const in float shininess, const in float dotNH ) {
	return RECIPROCAL_PI * ( shininess * 0.5 + 1.0 ) * pow( dotNH, shininess );
}
vec3 BRDF_BlinnPhong( const in vec3 lightDir, const in vec3 viewDir, const in vec3 normal, const in vec3 specularColor, const in float shininess ) {
	vec3 halfDir = normalize( lightDir + viewDir );
	float dotNH = saturate( dot( normal, halfDir ) );
	float dotVH = saturate( dot( viewDir, halfDir ) );
	vec3 F = F_Schlick( specularColor, 1.0, dotVH );
	float G = G_BlinnPhong_Implicit( );
	float D = D_BlinnPhong( shininess, dotNH );
	return F * ( G * D );
} // validated`,km=`#ifdef USE_IRIDESCENCE
	const mat3 XYZ_TO_REC709 = mat3(
		 3.2404542, -0.9692660,  0.0556434,
		-1.5371385,  1.8760108, -0.2040259,
		-0.4985314,  0.0415560,  1.0572252
	);
	vec3 Fresnel0ToIor( vec3 fresnel0 ) {
		vec3 sqrtF0 = sqrt( fresnel0 );
		return ( vec3( 1.0 ) + sqrtF0 ) / ( vec3( 1.0 ) - sqrtF0 );
	}
	vec3 IorToFresnel0( vec3 transmittedIor, float incidentIor ) {
		return pow2( ( transmittedIor - vec3( incidentIor ) ) / ( transmittedIor + vec3( incidentIor ) ) );
	}
	float IorToFresnel0( float transmittedIor, float incidentIor ) {
		return pow2( ( transmittedIor - incidentIor ) / ( transmittedIor + incidentIor ));
	}
	vec3 evalSensitivity( float OPD, vec3 shift ) {
		float phase = 2.0 * PI * OPD * 1.0e-9;
		vec3 val = vec3( 5.4856e-13, 4.4201e-13, 5.2481e-13 );
		vec3 pos = vec3( 1.6810e+06, 1.7953e+06, 2.2084e+06 );
		vec3 var = vec3( 4.3278e+09, 9.3046e+09, 6.6121e+09 );
		vec3 xyz = val * sqrt( 2.0 * PI * var ) * cos( pos * phase + shift ) * exp( - pow2( phase ) * var );
		xyz.x += 9.7470e-14 * sqrt( 2.0 * PI * 4.5282e+09 ) * cos( 2.2399e+06 * phase + shift[ 0 ] ) * exp( - 4.5282e+09 * pow2( phase ) );
		xyz /= 1.0685e-7;
		vec3 rgb = XYZ_TO_REC709 * xyz;
		return rgb;
	}
	vec3 evalIridescence( float outsideIOR, float eta2, float cosTheta1, float thinFilmThickness, vec3 baseF0 ) {
		vec3 I;
		float iridescenceIOR = mix( outsideIOR, eta2, smoothstep( 0.0, 0.03, thinFilmThickness ) );
		float sinTheta2Sq = pow2( outsideIOR / iridescenceIOR ) * ( 1.0 - pow2( cosTheta1 ) );
		float cosTheta2Sq = 1.0 - sinTheta2Sq;
		if ( cosTheta2Sq < 0.0 ) {
			return vec3( 1.0 );
		}
		float cosTheta2 = sqrt( cosTheta2Sq );
		float R0 = IorToFresnel0( iridescenceIOR, outsideIOR );
		float R12 = F_Schlick( R0, 1.0, cosTheta1 );
		float T121 = 1.0 - R12;
		float phi12 = 0.0;
		if ( iridescenceIOR < outsideIOR ) phi12 = PI;
		float phi21 = PI - phi12;
		vec3 baseIOR = Fresnel0ToIor( clamp( baseF0, 0.0, 0.9999 ) );		vec3 R1 = IorToFresnel0( baseIOR, iridescenceIOR );
		vec3 R23 = F_Schlick( R1, 1.0, cosTheta2 );
		vec3 phi23 = vec3( 0.0 );
		if ( baseIOR[ 0 ] < iridescenceIOR ) phi23[ 0 ] = PI;
		if ( baseIOR[ 1 ] < iridescenceIOR ) phi23[ 1 ] = PI;
		if ( baseIOR[ 2 ] < iridescenceIOR ) phi23[ 2 ] = PI;
		float OPD = 2.0 * iridescenceIOR * thinFilmThickness * cosTheta2;
		vec3 phi = vec3( phi21 ) + phi23;
		vec3 R123 = clamp( R12 * R23, 1e-5, 0.9999 );
		vec3 r123 = sqrt( R123 );
		vec3 Rs = pow2( T121 ) * R23 / ( vec3( 1.0 ) - R123 );
		vec3 C0 = R12 + Rs;
		I = C0;
		vec3 Cm = Rs - T121;
		for ( int m = 1; m <= 2; ++ m ) {
			Cm *= r123;
			vec3 Sm = 2.0 * evalSensitivity( float( m ) * OPD, float( m ) * phi );
			I += Cm * Sm;
		}
		return max( I, vec3( 0.0 ) );
	}
#endif`,Om=`#ifdef USE_BUMPMAP
	uniform sampler2D bumpMap;
	uniform float bumpScale;
	vec2 dHdxy_fwd() {
		vec2 dSTdx = dFdx( vBumpMapUv );
		vec2 dSTdy = dFdy( vBumpMapUv );
		float Hll = bumpScale * texture2D( bumpMap, vBumpMapUv ).x;
		float dBx = bumpScale * texture2D( bumpMap, vBumpMapUv + dSTdx ).x - Hll;
		float dBy = bumpScale * texture2D( bumpMap, vBumpMapUv + dSTdy ).x - Hll;
		return vec2( dBx, dBy );
	}
	vec3 perturbNormalArb( vec3 surf_pos, vec3 surf_norm, vec2 dHdxy, float faceDirection ) {
		vec3 vSigmaX = normalize( dFdx( surf_pos.xyz ) );
		vec3 vSigmaY = normalize( dFdy( surf_pos.xyz ) );
		vec3 vN = surf_norm;
		vec3 R1 = cross( vSigmaY, vN );
		vec3 R2 = cross( vN, vSigmaX );
		float fDet = dot( vSigmaX, R1 ) * faceDirection;
		vec3 vGrad = sign( fDet ) * ( dHdxy.x * R1 + dHdxy.y * R2 );
		return normalize( abs( fDet ) * surf_norm - vGrad );
	}
#endif`,Fm=`#if NUM_CLIPPING_PLANES > 0
	vec4 plane;
	#ifdef ALPHA_TO_COVERAGE
		float distanceToPlane, distanceGradient;
		float clipOpacity = 1.0;
		#pragma unroll_loop_start
		for ( int i = 0; i < UNION_CLIPPING_PLANES; i ++ ) {
			plane = clippingPlanes[ i ];
			distanceToPlane = - dot( vClipPosition, plane.xyz ) + plane.w;
			distanceGradient = fwidth( distanceToPlane ) / 2.0;
			clipOpacity *= smoothstep( - distanceGradient, distanceGradient, distanceToPlane );
			if ( clipOpacity == 0.0 ) discard;
		}
		#pragma unroll_loop_end
		#if UNION_CLIPPING_PLANES < NUM_CLIPPING_PLANES
			float unionClipOpacity = 1.0;
			#pragma unroll_loop_start
			for ( int i = UNION_CLIPPING_PLANES; i < NUM_CLIPPING_PLANES; i ++ ) {
				plane = clippingPlanes[ i ];
				distanceToPlane = - dot( vClipPosition, plane.xyz ) + plane.w;
				distanceGradient = fwidth( distanceToPlane ) / 2.0;
				unionClipOpacity *= 1.0 - smoothstep( - distanceGradient, distanceGradient, distanceToPlane );
			}
			#pragma unroll_loop_end
			clipOpacity *= 1.0 - unionClipOpacity;
		#endif
		diffuseColor.a *= clipOpacity;
		if ( diffuseColor.a == 0.0 ) discard;
	#else
		#pragma unroll_loop_start
		for ( int i = 0; i < UNION_CLIPPING_PLANES; i ++ ) {
			plane = clippingPlanes[ i ];
			if ( dot( vClipPosition, plane.xyz ) > plane.w ) discard;
		}
		#pragma unroll_loop_end
		#if UNION_CLIPPING_PLANES < NUM_CLIPPING_PLANES
			bool clipped = true;
			#pragma unroll_loop_start
			for ( int i = UNION_CLIPPING_PLANES; i < NUM_CLIPPING_PLANES; i ++ ) {
				plane = clippingPlanes[ i ];
				clipped = ( dot( vClipPosition, plane.xyz ) > plane.w ) && clipped;
			}
			#pragma unroll_loop_end
			if ( clipped ) discard;
		#endif
	#endif
#endif`,Bm=`#if NUM_CLIPPING_PLANES > 0
	varying vec3 vClipPosition;
	uniform vec4 clippingPlanes[ NUM_CLIPPING_PLANES ];
#endif`,zm=`#if NUM_CLIPPING_PLANES > 0
	varying vec3 vClipPosition;
#endif`,Hm=`#if NUM_CLIPPING_PLANES > 0
	vClipPosition = - mvPosition.xyz;
#endif`,Gm=`#if defined( USE_COLOR ) || defined( USE_COLOR_ALPHA )
	diffuseColor *= vColor;
#endif`,Vm=`#if defined( USE_COLOR ) || defined( USE_COLOR_ALPHA )
	varying vec4 vColor;
#endif`,Wm=`#if defined( USE_COLOR ) || defined( USE_COLOR_ALPHA ) || defined( USE_INSTANCING_COLOR ) || defined( USE_BATCHING_COLOR )
	varying vec4 vColor;
#endif`,Xm=`#if defined( USE_COLOR ) || defined( USE_COLOR_ALPHA ) || defined( USE_INSTANCING_COLOR ) || defined( USE_BATCHING_COLOR )
	vColor = vec4( 1.0 );
#endif
#ifdef USE_COLOR_ALPHA
	vColor *= color;
#elif defined( USE_COLOR )
	vColor.rgb *= color;
#endif
#ifdef USE_INSTANCING_COLOR
	vColor.rgb *= instanceColor.rgb;
#endif
#ifdef USE_BATCHING_COLOR
	vColor *= getBatchingColor( getIndirectIndex( gl_DrawID ) );
#endif`,$m=`#define PI 3.141592653589793
#define PI2 6.283185307179586
#define PI_HALF 1.5707963267948966
#define RECIPROCAL_PI 0.3183098861837907
#define RECIPROCAL_PI2 0.15915494309189535
#define EPSILON 1e-6
#ifndef saturate
#define saturate( a ) clamp( a, 0.0, 1.0 )
#endif
#define whiteComplement( a ) ( 1.0 - saturate( a ) )
float pow2( const in float x ) { return x*x; }
vec3 pow2( const in vec3 x ) { return x*x; }
float pow3( const in float x ) { return x*x*x; }
float pow4( const in float x ) { float x2 = x*x; return x2*x2; }
float max3( const in vec3 v ) { return max( max( v.x, v.y ), v.z ); }
float average( const in vec3 v ) { return dot( v, vec3( 0.3333333 ) ); }
highp float rand( const in vec2 uv ) {
	const highp float a = 12.9898, b = 78.233, c = 43758.5453;
	highp float dt = dot( uv.xy, vec2( a,b ) ), sn = mod( dt, PI );
	return fract( sin( sn ) * c );
}
#ifdef HIGH_PRECISION
	float precisionSafeLength( vec3 v ) { return length( v ); }
#else
	float precisionSafeLength( vec3 v ) {
		float maxComponent = max3( abs( v ) );
		return length( v / maxComponent ) * maxComponent;
	}
#endif
struct IncidentLight {
	vec3 color;
	vec3 direction;
	bool visible;
};
struct ReflectedLight {
	vec3 directDiffuse;
	vec3 directSpecular;
	vec3 indirectDiffuse;
	vec3 indirectSpecular;
};
#ifdef USE_ALPHAHASH
	varying vec3 vPosition;
#endif
vec3 transformDirection( in vec3 dir, in mat4 matrix ) {
	return normalize( ( matrix * vec4( dir, 0.0 ) ).xyz );
}
#define inverseTransformDirection transformDirectionByInverseViewMatrix
vec3 transformNormalByInverseViewMatrix( in vec3 normal, in mat4 viewMatrix ) {
	return normalize( ( vec4( normal, 0.0 ) * viewMatrix ).xyz );
}
vec3 transformDirectionByInverseViewMatrix( in vec3 dir, in mat4 viewMatrix ) {
	return normalize( ( vec4( dir, 0.0 ) * viewMatrix ).xyz );
}
bool isPerspectiveMatrix( mat4 m ) {
	return m[ 2 ][ 3 ] == - 1.0;
}
vec2 equirectUv( in vec3 dir ) {
	float u = atan( dir.z, dir.x ) * RECIPROCAL_PI2 + 0.5;
	float v = asin( clamp( dir.y, - 1.0, 1.0 ) ) * RECIPROCAL_PI + 0.5;
	return vec2( u, v );
}
vec3 BRDF_Lambert( const in vec3 diffuseColor ) {
	return RECIPROCAL_PI * diffuseColor;
}
vec3 F_Schlick( const in vec3 f0, const in float f90, const in float dotVH ) {
	float fresnel = exp2( ( - 5.55473 * dotVH - 6.98316 ) * dotVH );
	return f0 * ( 1.0 - fresnel ) + ( f90 * fresnel );
}
float F_Schlick( const in float f0, const in float f90, const in float dotVH ) {
	float fresnel = exp2( ( - 5.55473 * dotVH - 6.98316 ) * dotVH );
	return f0 * ( 1.0 - fresnel ) + ( f90 * fresnel );
} // validated`,qm=`vec3 transformedNormal = objectNormal;
#ifdef USE_TANGENT
	vec3 transformedTangent = objectTangent;
#endif
#ifdef USE_BATCHING
	mat3 bm = mat3( batchingMatrix );
	transformedNormal /= vec3( dot( bm[ 0 ], bm[ 0 ] ), dot( bm[ 1 ], bm[ 1 ] ), dot( bm[ 2 ], bm[ 2 ] ) );
	transformedNormal = bm * transformedNormal;
	#ifdef USE_TANGENT
		transformedTangent = bm * transformedTangent;
	#endif
#endif
#ifdef USE_INSTANCING
	mat3 im = mat3( instanceMatrix );
	transformedNormal /= vec3( dot( im[ 0 ], im[ 0 ] ), dot( im[ 1 ], im[ 1 ] ), dot( im[ 2 ], im[ 2 ] ) );
	transformedNormal = im * transformedNormal;
	#ifdef USE_TANGENT
		transformedTangent = im * transformedTangent;
	#endif
#endif
transformedNormal = normalMatrix * transformedNormal;
#ifdef FLIP_SIDED
	transformedNormal = - transformedNormal;
#endif
#ifdef USE_TANGENT
	transformedTangent = ( modelViewMatrix * vec4( transformedTangent, 0.0 ) ).xyz;
#endif`,Km=`#ifdef USE_DISPLACEMENTMAP
	uniform sampler2D displacementMap;
	uniform float displacementScale;
	uniform float displacementBias;
#endif`,Ym=`#ifdef USE_DISPLACEMENTMAP
	transformed += normalize( objectNormal ) * ( texture2D( displacementMap, vDisplacementMapUv ).x * displacementScale + displacementBias );
#endif`,jm=`#ifdef USE_EMISSIVEMAP
	vec4 emissiveColor = texture2D( emissiveMap, vEmissiveMapUv );
	#ifdef DECODE_VIDEO_TEXTURE_EMISSIVE
		emissiveColor = sRGBTransferEOTF( emissiveColor );
	#endif
	totalEmissiveRadiance *= emissiveColor.rgb;
#endif`,Zm=`#ifdef USE_EMISSIVEMAP
	uniform sampler2D emissiveMap;
#endif`,Jm="gl_FragColor = linearToOutputTexel( gl_FragColor );",Qm=`vec4 LinearTransferOETF( in vec4 value ) {
	return value;
}
vec4 sRGBTransferEOTF( in vec4 value ) {
	return vec4( mix( pow( value.rgb * 0.9478672986 + vec3( 0.0521327014 ), vec3( 2.4 ) ), value.rgb * 0.0773993808, vec3( lessThanEqual( value.rgb, vec3( 0.04045 ) ) ) ), value.a );
}
vec4 sRGBTransferOETF( in vec4 value ) {
	return vec4( mix( pow( value.rgb, vec3( 0.41666 ) ) * 1.055 - vec3( 0.055 ), value.rgb * 12.92, vec3( lessThanEqual( value.rgb, vec3( 0.0031308 ) ) ) ), value.a );
}`,eg=`#ifdef USE_ENVMAP
	#ifdef ENV_WORLDPOS
		vec3 cameraToFrag;
		if ( isOrthographic ) {
			cameraToFrag = normalize( vec3( - viewMatrix[ 0 ][ 2 ], - viewMatrix[ 1 ][ 2 ], - viewMatrix[ 2 ][ 2 ] ) );
		} else {
			cameraToFrag = normalize( vWorldPosition - cameraPosition );
		}
		vec3 worldNormal = transformNormalByInverseViewMatrix( normal, viewMatrix );
		#ifdef ENVMAP_MODE_REFLECTION
			vec3 reflectVec = reflect( cameraToFrag, worldNormal );
		#else
			vec3 reflectVec = refract( cameraToFrag, worldNormal, refractionRatio );
		#endif
	#else
		vec3 reflectVec = vReflect;
	#endif
	#ifdef ENVMAP_TYPE_CUBE
		vec4 envColor = textureCube( envMap, envMapRotation * reflectVec );
		#ifdef ENVMAP_BLENDING_MULTIPLY
			outgoingLight = mix( outgoingLight, outgoingLight * envColor.xyz, specularStrength * reflectivity );
		#elif defined( ENVMAP_BLENDING_MIX )
			outgoingLight = mix( outgoingLight, envColor.xyz, specularStrength * reflectivity );
		#elif defined( ENVMAP_BLENDING_ADD )
			outgoingLight += envColor.xyz * specularStrength * reflectivity;
		#endif
	#endif
#endif`,tg=`#ifdef USE_ENVMAP
	uniform float envMapIntensity;
	uniform mat3 envMapRotation;
	uniform samplerCube envMap;
	#ifdef ENVMAP_TYPE_PMREM
		float roughnessToMip( const in float roughness ) {
			float r = clamp( roughness, 0.0, 1.0 );
			return ENVMAP_MAX_LOD * r * ( 2.0 - r );
		}
	#endif
#endif`,ng=`#ifdef USE_ENVMAP
	uniform float reflectivity;
	#if defined( USE_BUMPMAP ) || defined( USE_NORMALMAP ) || defined( PHONG ) || defined( LAMBERT )
		#define ENV_WORLDPOS
	#endif
	#ifdef ENV_WORLDPOS
		varying vec3 vWorldPosition;
		uniform float refractionRatio;
	#else
		varying vec3 vReflect;
	#endif
#endif`,ig=`#ifdef USE_ENVMAP
	#if defined( USE_BUMPMAP ) || defined( USE_NORMALMAP ) || defined( PHONG ) || defined( LAMBERT )
		#define ENV_WORLDPOS
	#endif
	#ifdef ENV_WORLDPOS
		
		varying vec3 vWorldPosition;
	#else
		varying vec3 vReflect;
		uniform float refractionRatio;
	#endif
#endif`,sg=`#ifdef USE_ENVMAP
	#ifdef ENV_WORLDPOS
		vWorldPosition = worldPosition.xyz;
	#else
		vec3 cameraToVertex;
		if ( isOrthographic ) {
			cameraToVertex = normalize( vec3( - viewMatrix[ 0 ][ 2 ], - viewMatrix[ 1 ][ 2 ], - viewMatrix[ 2 ][ 2 ] ) );
		} else {
			cameraToVertex = normalize( worldPosition.xyz - cameraPosition );
		}
		vec3 worldNormal = transformNormalByInverseViewMatrix( transformedNormal, viewMatrix );
		#ifdef ENVMAP_MODE_REFLECTION
			vReflect = reflect( cameraToVertex, worldNormal );
		#else
			vReflect = refract( cameraToVertex, worldNormal, refractionRatio );
		#endif
	#endif
#endif`,rg=`#ifdef USE_FOG
	vFogDepth = - mvPosition.z;
#endif`,ag=`#ifdef USE_FOG
	varying float vFogDepth;
#endif`,og=`#ifdef USE_FOG
	#ifdef FOG_EXP2
		float fogFactor = 1.0 - exp( - fogDensity * fogDensity * vFogDepth * vFogDepth );
	#else
		float fogFactor = smoothstep( fogNear, fogFar, vFogDepth );
	#endif
	gl_FragColor.rgb = mix( gl_FragColor.rgb, fogColor, fogFactor );
#endif`,lg=`#ifdef USE_FOG
	uniform vec3 fogColor;
	varying float vFogDepth;
	#ifdef FOG_EXP2
		uniform float fogDensity;
	#else
		uniform float fogNear;
		uniform float fogFar;
	#endif
#endif`,cg=`#ifdef USE_GRADIENTMAP
	uniform sampler2D gradientMap;
#endif
vec3 getGradientIrradiance( vec3 normal, vec3 lightDirection ) {
	float dotNL = dot( normal, lightDirection );
	vec2 coord = vec2( dotNL * 0.5 + 0.5, 0.0 );
	#ifdef USE_GRADIENTMAP
		return vec3( texture2D( gradientMap, coord ).r );
	#else
		vec2 fw = fwidth( coord ) * 0.5;
		return mix( vec3( 0.7 ), vec3( 1.0 ), smoothstep( 0.7 - fw.x, 0.7 + fw.x, coord.x ) );
	#endif
}`,hg=`#ifdef USE_LIGHTMAP
	uniform sampler2D lightMap;
	uniform float lightMapIntensity;
#endif`,dg=`LambertMaterial material;
material.diffuseColor = diffuseColor.rgb;
material.specularStrength = specularStrength;`,ug=`varying vec3 vViewPosition;
struct LambertMaterial {
	vec3 diffuseColor;
	float specularStrength;
};
void RE_Direct_Lambert( const in IncidentLight directLight, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in LambertMaterial material, inout ReflectedLight reflectedLight ) {
	float dotNL = saturate( dot( geometryNormal, directLight.direction ) );
	vec3 irradiance = dotNL * directLight.color;
	reflectedLight.directDiffuse += irradiance * BRDF_Lambert( material.diffuseColor );
}
void RE_IndirectDiffuse_Lambert( const in vec3 irradiance, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in LambertMaterial material, inout ReflectedLight reflectedLight ) {
	reflectedLight.indirectDiffuse += irradiance * BRDF_Lambert( material.diffuseColor );
}
#define RE_Direct				RE_Direct_Lambert
#define RE_IndirectDiffuse		RE_IndirectDiffuse_Lambert`,fg=`uniform bool receiveShadow;
uniform vec3 ambientLightColor;
#if defined( USE_LIGHT_PROBES )
	uniform vec3 lightProbe[ 9 ];
#endif
vec3 shGetIrradianceAt( in vec3 normal, in vec3 shCoefficients[ 9 ] ) {
	float x = normal.x, y = normal.y, z = normal.z;
	vec3 result = shCoefficients[ 0 ] * 0.886227;
	result += shCoefficients[ 1 ] * 2.0 * 0.511664 * y;
	result += shCoefficients[ 2 ] * 2.0 * 0.511664 * z;
	result += shCoefficients[ 3 ] * 2.0 * 0.511664 * x;
	result += shCoefficients[ 4 ] * 2.0 * 0.429043 * x * y;
	result += shCoefficients[ 5 ] * 2.0 * 0.429043 * y * z;
	result += shCoefficients[ 6 ] * ( 0.743125 * z * z - 0.247708 );
	result += shCoefficients[ 7 ] * 2.0 * 0.429043 * x * z;
	result += shCoefficients[ 8 ] * 0.429043 * ( x * x - y * y );
	return result;
}
vec3 getLightProbeIrradiance( const in vec3 lightProbe[ 9 ], const in vec3 normal ) {
	vec3 worldNormal = transformNormalByInverseViewMatrix( normal, viewMatrix );
	vec3 irradiance = shGetIrradianceAt( worldNormal, lightProbe );
	return irradiance;
}
vec3 getAmbientLightIrradiance( const in vec3 ambientLightColor ) {
	vec3 irradiance = ambientLightColor;
	return irradiance;
}
float getDistanceAttenuation( const in float lightDistance, const in float cutoffDistance, const in float decayExponent ) {
	float distanceFalloff = 1.0 / max( pow( lightDistance, decayExponent ), 0.01 );
	if ( cutoffDistance > 0.0 ) {
		distanceFalloff *= pow2( saturate( 1.0 - pow4( lightDistance / cutoffDistance ) ) );
	}
	return distanceFalloff;
}
float getSpotAttenuation( const in float coneCosine, const in float penumbraCosine, const in float angleCosine ) {
	return smoothstep( coneCosine, penumbraCosine, angleCosine );
}
#if NUM_SUN_LIGHTS > 0
	struct SunLight {
		vec3 direction;
		vec3 color;
	};
	uniform SunLight sunLights[ NUM_SUN_LIGHTS ];
	void getSunLightInfo( const in SunLight sunLight, out IncidentLight light ) {
		light.color = sunLight.color;
		light.direction = sunLight.direction;
		light.visible = true;
	}
#endif
#if NUM_DIR_LIGHTS > 0
	struct DirectionalLight {
		vec3 direction;
		vec3 color;
	};
	uniform DirectionalLight directionalLights[ NUM_DIR_LIGHTS ];
	void getDirectionalLightInfo( const in DirectionalLight directionalLight, out IncidentLight light ) {
		light.color = directionalLight.color;
		light.direction = directionalLight.direction;
		light.visible = true;
	}
#endif
#if NUM_POINT_LIGHTS > 0
	struct PointLight {
		vec3 position;
		vec3 color;
		float distance;
		float decay;
	};
	uniform PointLight pointLights[ NUM_POINT_LIGHTS ];
	void getPointLightInfo( const in PointLight pointLight, const in vec3 geometryPosition, out IncidentLight light ) {
		vec3 lVector = pointLight.position - geometryPosition;
		light.direction = normalize( lVector );
		float lightDistance = length( lVector );
		light.color = pointLight.color;
		light.color *= getDistanceAttenuation( lightDistance, pointLight.distance, pointLight.decay );
		light.visible = ( light.color != vec3( 0.0 ) );
	}
#endif
#if NUM_SPOT_LIGHTS > 0
	struct SpotLight {
		vec3 position;
		vec3 direction;
		vec3 color;
		float distance;
		float decay;
		float coneCos;
		float penumbraCos;
	};
	uniform SpotLight spotLights[ NUM_SPOT_LIGHTS ];
	void getSpotLightInfo( const in SpotLight spotLight, const in vec3 geometryPosition, out IncidentLight light ) {
		vec3 lVector = spotLight.position - geometryPosition;
		light.direction = normalize( lVector );
		float angleCos = dot( light.direction, spotLight.direction );
		float spotAttenuation = getSpotAttenuation( spotLight.coneCos, spotLight.penumbraCos, angleCos );
		if ( spotAttenuation > 0.0 ) {
			float lightDistance = length( lVector );
			light.color = spotLight.color * spotAttenuation;
			light.color *= getDistanceAttenuation( lightDistance, spotLight.distance, spotLight.decay );
			light.visible = ( light.color != vec3( 0.0 ) );
		} else {
			light.color = vec3( 0.0 );
			light.visible = false;
		}
	}
#endif
#if NUM_RECT_AREA_LIGHTS > 0
	struct RectAreaLight {
		vec3 color;
		vec3 position;
		vec3 halfWidth;
		vec3 halfHeight;
	};
	uniform sampler2D ltc_1;	uniform sampler2D ltc_2;
	uniform RectAreaLight rectAreaLights[ NUM_RECT_AREA_LIGHTS ];
#endif
#if NUM_HEMI_LIGHTS > 0
	struct HemisphereLight {
		vec3 direction;
		vec3 skyColor;
		vec3 groundColor;
	};
	uniform HemisphereLight hemisphereLights[ NUM_HEMI_LIGHTS ];
	vec3 getHemisphereLightIrradiance( const in HemisphereLight hemiLight, const in vec3 normal ) {
		float dotNL = dot( normal, hemiLight.direction );
		float hemiDiffuseWeight = 0.5 * dotNL + 0.5;
		vec3 irradiance = mix( hemiLight.groundColor, hemiLight.skyColor, hemiDiffuseWeight );
		return irradiance;
	}
#endif
#include <lightprobes_pars_fragment>`,pg=`#ifdef USE_ENVMAP
	vec3 getIBLIrradiance( const in vec3 normal ) {
		#ifdef ENVMAP_TYPE_PMREM
			vec3 worldNormal = transformNormalByInverseViewMatrix( normal, viewMatrix );
			vec4 envMapColor = textureLod( envMap, envMapRotation * worldNormal, ENVMAP_MAX_LOD );
			return PI * envMapColor.rgb * envMapIntensity;
		#else
			return vec3( 0.0 );
		#endif
	}
	vec3 getIBLRadiance( const in vec3 viewDir, const in vec3 normal, const in float roughness ) {
		#ifdef ENVMAP_TYPE_PMREM
			vec3 reflectVec = reflect( - viewDir, normal );
			reflectVec = normalize( mix( reflectVec, normal, pow4( roughness ) ) );
			reflectVec = transformDirectionByInverseViewMatrix( reflectVec, viewMatrix );
			vec4 envMapColor = textureLod( envMap, envMapRotation * reflectVec, roughnessToMip( roughness ) );
			return envMapColor.rgb * envMapIntensity;
		#else
			return vec3( 0.0 );
		#endif
	}
	#ifdef USE_RETROREFLECTION
		vec3 getIBLRetroRadiance( const in vec3 viewDir, const in vec3 normal, const in float roughness ) {
			#ifdef ENVMAP_TYPE_PMREM
				vec3 retroVec = normalize( mix( viewDir, normal, pow4( roughness ) ) );
				retroVec = transformDirectionByInverseViewMatrix( retroVec, viewMatrix );
				vec4 envMapColor = textureLod( envMap, envMapRotation * retroVec, roughnessToMip( roughness ) );
				return envMapColor.rgb * envMapIntensity;
			#else
				return vec3( 0.0 );
			#endif
		}
	#endif
	#ifdef USE_ANISOTROPY
		vec3 getIBLAnisotropyRadiance( const in vec3 viewDir, const in vec3 normal, const in float roughness, const in vec3 bitangent, const in float anisotropy ) {
			#ifdef ENVMAP_TYPE_PMREM
				vec3 bentNormal = cross( bitangent, viewDir );
				bentNormal = normalize( cross( bentNormal, bitangent ) );
				bentNormal = normalize( mix( bentNormal, normal, pow2( pow2( 1.0 - anisotropy * ( 1.0 - roughness ) ) ) ) );
				return getIBLRadiance( viewDir, bentNormal, roughness );
			#else
				return vec3( 0.0 );
			#endif
		}
		#ifdef USE_RETROREFLECTION
			vec3 getIBLAnisotropyRetroRadiance( const in vec3 viewDir, const in vec3 normal, const in float roughness, const in vec3 bitangent, const in float anisotropy ) {
				#ifdef ENVMAP_TYPE_PMREM
					vec3 bentNormal = cross( bitangent, viewDir );
					bentNormal = normalize( cross( bentNormal, bitangent ) );
					bentNormal = normalize( mix( bentNormal, normal, pow2( pow2( 1.0 - anisotropy * ( 1.0 - roughness ) ) ) ) );
					return getIBLRetroRadiance( viewDir, bentNormal, roughness );
				#else
					return vec3( 0.0 );
				#endif
			}
		#endif
	#endif
#endif`,mg=`ToonMaterial material;
material.diffuseColor = diffuseColor.rgb;`,gg=`varying vec3 vViewPosition;
struct ToonMaterial {
	vec3 diffuseColor;
};
void RE_Direct_Toon( const in IncidentLight directLight, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in ToonMaterial material, inout ReflectedLight reflectedLight ) {
	vec3 irradiance = getGradientIrradiance( geometryNormal, directLight.direction ) * directLight.color;
	reflectedLight.directDiffuse += irradiance * BRDF_Lambert( material.diffuseColor );
}
void RE_IndirectDiffuse_Toon( const in vec3 irradiance, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in ToonMaterial material, inout ReflectedLight reflectedLight ) {
	reflectedLight.indirectDiffuse += irradiance * BRDF_Lambert( material.diffuseColor );
}
#define RE_Direct				RE_Direct_Toon
#define RE_IndirectDiffuse		RE_IndirectDiffuse_Toon`,_g=`BlinnPhongMaterial material;
material.diffuseColor = diffuseColor.rgb;
material.specularColor = specular;
material.specularShininess = shininess;
material.specularStrength = specularStrength;`,vg=`varying vec3 vViewPosition;
struct BlinnPhongMaterial {
	vec3 diffuseColor;
	vec3 specularColor;
	float specularShininess;
	float specularStrength;
};
void RE_Direct_BlinnPhong( const in IncidentLight directLight, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in BlinnPhongMaterial material, inout ReflectedLight reflectedLight ) {
	float dotNL = saturate( dot( geometryNormal, directLight.direction ) );
	vec3 irradiance = dotNL * directLight.color;
	reflectedLight.directDiffuse += irradiance * BRDF_Lambert( material.diffuseColor );
	reflectedLight.directSpecular += irradiance * BRDF_BlinnPhong( directLight.direction, geometryViewDir, geometryNormal, material.specularColor, material.specularShininess ) * material.specularStrength;
}
void RE_IndirectDiffuse_BlinnPhong( const in vec3 irradiance, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in BlinnPhongMaterial material, inout ReflectedLight reflectedLight ) {
	reflectedLight.indirectDiffuse += irradiance * BRDF_Lambert( material.diffuseColor );
}
#define RE_Direct				RE_Direct_BlinnPhong
#define RE_IndirectDiffuse		RE_IndirectDiffuse_BlinnPhong`,xg=`PhysicalMaterial material;
material.diffuseColor = diffuseColor.rgb;
material.diffuseContribution = diffuseColor.rgb * ( 1.0 - metalnessFactor );
material.metalness = metalnessFactor;
vec3 dxy = max( abs( dFdx( nonPerturbedNormal ) ), abs( dFdy( nonPerturbedNormal ) ) );
float geometryRoughness = max( max( dxy.x, dxy.y ), dxy.z );
material.roughness = max( roughnessFactor, 0.045 );
material.roughness += geometryRoughness;
material.roughness = min( material.roughness, 1.0 );
#ifdef USE_DIFFUSE_ROUGHNESS
	float diffuseRoughnessFactor = diffuseRoughness;
	#ifdef USE_DIFFUSE_ROUGHNESSMAP
		diffuseRoughnessFactor *= texture2D( diffuseRoughnessMap, vDiffuseRoughnessMapUv ).r;
	#endif
	material.diffuseRoughness = saturate( diffuseRoughnessFactor );
#endif
#ifdef IOR
	material.ior = ior;
	#ifdef USE_SPECULAR
		float specularIntensityFactor = specularIntensity;
		vec3 specularColorFactor = specularColor;
		#ifdef USE_SPECULAR_COLORMAP
			specularColorFactor *= texture2D( specularColorMap, vSpecularColorMapUv ).rgb;
		#endif
		#ifdef USE_SPECULAR_INTENSITYMAP
			specularIntensityFactor *= texture2D( specularIntensityMap, vSpecularIntensityMapUv ).a;
		#endif
		material.specularF90 = mix( specularIntensityFactor, 1.0, metalnessFactor );
	#else
		float specularIntensityFactor = 1.0;
		vec3 specularColorFactor = vec3( 1.0 );
		material.specularF90 = 1.0;
	#endif
	material.specularColor = min( pow2( ( material.ior - 1.0 ) / ( material.ior + 1.0 ) ) * specularColorFactor, vec3( 1.0 ) ) * specularIntensityFactor;
	material.specularColorBlended = mix( material.specularColor, diffuseColor.rgb, metalnessFactor );
#else
	material.specularColor = vec3( 0.04 );
	material.specularColorBlended = mix( material.specularColor, diffuseColor.rgb, metalnessFactor );
	material.specularF90 = 1.0;
#endif
#ifdef USE_CLEARCOAT
	material.clearcoat = clearcoat;
	material.clearcoatRoughness = clearcoatRoughness;
	material.clearcoatF0 = vec3( 0.04 );
	material.clearcoatF90 = 1.0;
	#ifdef USE_CLEARCOATMAP
		material.clearcoat *= texture2D( clearcoatMap, vClearcoatMapUv ).x;
	#endif
	#ifdef USE_CLEARCOAT_ROUGHNESSMAP
		material.clearcoatRoughness *= texture2D( clearcoatRoughnessMap, vClearcoatRoughnessMapUv ).y;
	#endif
	material.clearcoat = saturate( material.clearcoat );	material.clearcoatRoughness = max( material.clearcoatRoughness, 0.045 );
	material.clearcoatRoughness += geometryRoughness;
	material.clearcoatRoughness = min( material.clearcoatRoughness, 1.0 );
#endif
#ifdef USE_DISPERSION
	material.dispersion = dispersion;
#endif
#ifdef USE_RETROREFLECTION
	material.retroreflectivity = retroreflectivity;
#endif
#ifdef USE_IRIDESCENCE
	material.iridescence = iridescence;
	material.iridescenceIOR = iridescenceIOR;
	#ifdef USE_IRIDESCENCEMAP
		material.iridescence *= texture2D( iridescenceMap, vIridescenceMapUv ).r;
	#endif
	#ifdef USE_IRIDESCENCE_THICKNESSMAP
		material.iridescenceThickness = (iridescenceThicknessMaximum - iridescenceThicknessMinimum) * texture2D( iridescenceThicknessMap, vIridescenceThicknessMapUv ).g + iridescenceThicknessMinimum;
	#else
		material.iridescenceThickness = iridescenceThicknessMaximum;
	#endif
#endif
#ifdef USE_SHEEN
	material.sheenColor = sheenColor;
	#ifdef USE_SHEEN_COLORMAP
		material.sheenColor *= texture2D( sheenColorMap, vSheenColorMapUv ).rgb;
	#endif
	material.sheenRoughness = clamp( sheenRoughness, 0.0001, 1.0 );
	#ifdef USE_SHEEN_ROUGHNESSMAP
		material.sheenRoughness *= texture2D( sheenRoughnessMap, vSheenRoughnessMapUv ).a;
	#endif
#endif
#ifdef USE_ANISOTROPY
	#ifdef USE_ANISOTROPYMAP
		mat2 anisotropyMat = mat2( anisotropyVector.x, anisotropyVector.y, - anisotropyVector.y, anisotropyVector.x );
		vec3 anisotropyPolar = texture2D( anisotropyMap, vAnisotropyMapUv ).rgb;
		vec2 anisotropyV = anisotropyMat * normalize( 2.0 * anisotropyPolar.rg - vec2( 1.0 ) ) * anisotropyPolar.b;
	#else
		vec2 anisotropyV = anisotropyVector;
	#endif
	material.anisotropy = length( anisotropyV );
	if( material.anisotropy == 0.0 ) {
		anisotropyV = vec2( 1.0, 0.0 );
	} else {
		anisotropyV /= material.anisotropy;
		material.anisotropy = saturate( material.anisotropy );
	}
	material.alphaT = mix( pow2( material.roughness ), 1.0, pow2( material.anisotropy ) );
	material.anisotropyT = tbn[ 0 ] * anisotropyV.x + tbn[ 1 ] * anisotropyV.y;
	material.anisotropyB = tbn[ 1 ] * anisotropyV.x - tbn[ 0 ] * anisotropyV.y;
#endif`,yg=`uniform sampler2D dfgLUT;
struct PhysicalMaterial {
	vec3 diffuseColor;
	vec3 diffuseContribution;
	vec3 specularColor;
	vec3 specularColorBlended;
	float roughness;
	float metalness;
	float specularF90;
	float dispersion;
	vec2 dfg;
	vec3 multiScatteringCompensation;
	#ifdef USE_DIFFUSE_ROUGHNESS
		float diffuseRoughness;
	#endif
	#ifdef USE_RETROREFLECTION
		float retroreflectivity;
	#endif
	#ifdef USE_CLEARCOAT
		float clearcoat;
		float clearcoatRoughness;
		vec3 clearcoatF0;
		float clearcoatF90;
	#endif
	#ifdef USE_IRIDESCENCE
		float iridescence;
		float iridescenceIOR;
		float iridescenceThickness;
		vec3 iridescenceFresnel;
		vec3 iridescenceF0Dielectric;
		vec3 iridescenceF0Metallic;
	#endif
	#ifdef USE_SHEEN
		vec3 sheenColor;
		float sheenRoughness;
	#endif
	#ifdef IOR
		float ior;
	#endif
	#ifdef USE_TRANSMISSION
		float transmission;
		float transmissionAlpha;
		float thickness;
		float attenuationDistance;
		vec3 attenuationColor;
	#endif
	#ifdef USE_ANISOTROPY
		float anisotropy;
		float alphaT;
		vec3 anisotropyT;
		vec3 anisotropyB;
	#endif
};
vec3 clearcoatSpecularDirect = vec3( 0.0 );
vec3 clearcoatSpecularIndirect = vec3( 0.0 );
vec3 sheenSpecularDirect = vec3( 0.0 );
vec3 sheenSpecularIndirect = vec3(0.0 );
vec3 Schlick_to_F0( const in vec3 f, const in float f90, const in float dotVH ) {
    float x = clamp( 1.0 - dotVH, 0.0, 1.0 );
    float x2 = x * x;
    float x5 = clamp( x * x2 * x2, 0.0, 0.9999 );
    return ( f - vec3( f90 ) * x5 ) / ( 1.0 - x5 );
}
#ifdef USE_DIFFUSE_ROUGHNESS
	const float EON_EPSILON = 1e-7;
	float FON_DirectionalAlbedo( const in float mu, const in float roughness, const in float A ) {
		float muComp = 1.0 - mu;
		float gOverPi = muComp * ( 0.0571085289 + muComp * ( 0.491881867 + muComp * ( - 0.332181442 + muComp * 0.0714429953 ) ) );
		return A * ( 1.0 + roughness * gOverPi );
	}
	vec3 BRDF_EON( const in vec3 lightDir, const in vec3 viewDir, const in vec3 normal, const in vec3 diffuseColor, const in float roughness ) {
		vec3 rho = saturate( diffuseColor );
		if ( roughness <= EON_EPSILON ) return BRDF_Lambert( rho );
		float dotNL = saturate( dot( normal, lightDir ) );
		float dotNV = saturate( dot( normal, viewDir ) );
		float s = dot( lightDir, viewDir ) - dotNL * dotNV;
		float sOverT = ( s > 0.0 ) ? s / max( max( dotNL, dotNV ), EON_EPSILON ) : s;
		float A = 1.0 / ( 1.0 + ( 0.5 - 2.0 / ( 3.0 * PI ) ) * roughness );
		vec3 singleScatter = rho * RECIPROCAL_PI * A * ( 1.0 + roughness * sOverT );
		float averageAlbedo = A * ( 1.0 + ( 2.0 / 3.0 - 28.0 / ( 15.0 * PI ) ) * roughness );
		float albedoV = FON_DirectionalAlbedo( dotNV, roughness, A );
		float albedoL = FON_DirectionalAlbedo( dotNL, roughness, A );
		vec3 rhoMultiScatter = rho * rho * averageAlbedo / max( vec3( EON_EPSILON ), vec3( 1.0 ) - rho * ( 1.0 - averageAlbedo ) );
		vec3 multiScatter = rhoMultiScatter * RECIPROCAL_PI
			* max( EON_EPSILON, 1.0 - albedoV )
			* max( EON_EPSILON, 1.0 - albedoL )
			/ max( EON_EPSILON, 1.0 - averageAlbedo );
		return singleScatter + multiScatter;
	}
	vec3 EON_DirectionalAlbedo( const in vec3 diffuseColor, const in float roughness, const in float dotNV ) {
		vec3 rho = saturate( diffuseColor );
		if ( roughness <= EON_EPSILON ) return rho;
		float A = 1.0 / ( 1.0 + ( 0.5 - 2.0 / ( 3.0 * PI ) ) * roughness );
		float directionalAlbedo = FON_DirectionalAlbedo( dotNV, roughness, A );
		float averageAlbedo = A * ( 1.0 + ( 2.0 / 3.0 - 28.0 / ( 15.0 * PI ) ) * roughness );
		vec3 rhoMultiScatter = rho * rho * averageAlbedo / max( vec3( EON_EPSILON ), vec3( 1.0 ) - rho * ( 1.0 - averageAlbedo ) );
		return rho * directionalAlbedo + rhoMultiScatter * ( 1.0 - directionalAlbedo );
	}
#endif
float V_GGX_SmithCorrelated( const in float alpha, const in float dotNL, const in float dotNV ) {
	float a2 = pow2( alpha );
	float gv = dotNL * sqrt( a2 + ( 1.0 - a2 ) * pow2( dotNV ) );
	float gl = dotNV * sqrt( a2 + ( 1.0 - a2 ) * pow2( dotNL ) );
	return 0.5 / max( gv + gl, EPSILON );
}
float D_GGX( const in float alpha, const in float dotNH ) {
	float a2 = pow2( alpha );
	float denom = pow2( dotNH ) * ( a2 - 1.0 ) + 1.0;
	return RECIPROCAL_PI * a2 / pow2( denom );
}
#ifdef USE_ANISOTROPY
	float V_GGX_SmithCorrelated_Anisotropic( const in float alphaT, const in float alphaB, const in float dotTV, const in float dotBV, const in float dotTL, const in float dotBL, const in float dotNV, const in float dotNL ) {
		float gv = dotNL * length( vec3( alphaT * dotTV, alphaB * dotBV, dotNV ) );
		float gl = dotNV * length( vec3( alphaT * dotTL, alphaB * dotBL, dotNL ) );
		return 0.5 / max( gv + gl, EPSILON );
	}
	float D_GGX_Anisotropic( const in float alphaT, const in float alphaB, const in float dotNH, const in float dotTH, const in float dotBH ) {
		float a2 = alphaT * alphaB;
		highp vec3 v = vec3( alphaB * dotTH, alphaT * dotBH, a2 * dotNH );
		highp float v2 = dot( v, v );
		float w2 = a2 / v2;
		return RECIPROCAL_PI * a2 * pow2 ( w2 );
	}
#endif
#ifdef USE_CLEARCOAT
	vec3 BRDF_GGX_Clearcoat( const in vec3 lightDir, const in vec3 viewDir, const in vec3 normal, const in PhysicalMaterial material) {
		vec3 f0 = material.clearcoatF0;
		float f90 = material.clearcoatF90;
		float roughness = max( material.clearcoatRoughness, 0.045 );
		float alpha = pow2( roughness );
		vec3 halfDir = normalize( lightDir + viewDir );
		float dotNL = saturate( dot( normal, lightDir ) );
		float dotNV = saturate( dot( normal, viewDir ) );
		float dotNH = saturate( dot( normal, halfDir ) );
		float dotVH = saturate( dot( viewDir, halfDir ) );
		vec3 F = F_Schlick( f0, f90, dotVH );
		float V = V_GGX_SmithCorrelated( alpha, dotNL, dotNV );
		float D = D_GGX( alpha, dotNH );
		return F * ( V * D );
	}
#endif
vec3 BRDF_GGX( const in vec3 lightDir, const in vec3 viewDir, const in vec3 normal, const in PhysicalMaterial material ) {
	vec3 f0 = material.specularColorBlended;
	float f90 = material.specularF90;
	float roughness = max( material.roughness, 0.045 );
	float alpha = pow2( roughness );
	vec3 halfDir = normalize( lightDir + viewDir );
	float dotNL = saturate( dot( normal, lightDir ) );
	float dotNV = saturate( dot( normal, viewDir ) );
	float dotNH = saturate( dot( normal, halfDir ) );
	float dotVH = saturate( dot( viewDir, halfDir ) );
	vec3 F = F_Schlick( f0, f90, dotVH );
	#ifdef USE_IRIDESCENCE
		F = mix( F, material.iridescenceFresnel, material.iridescence );
	#endif
	#ifdef USE_ANISOTROPY
		float dotTL = dot( material.anisotropyT, lightDir );
		float dotTV = dot( material.anisotropyT, viewDir );
		float dotTH = dot( material.anisotropyT, halfDir );
		float dotBL = dot( material.anisotropyB, lightDir );
		float dotBV = dot( material.anisotropyB, viewDir );
		float dotBH = dot( material.anisotropyB, halfDir );
		float alphaT = max( material.alphaT, alpha );
		float V = V_GGX_SmithCorrelated_Anisotropic( alphaT, alpha, dotTV, dotBV, dotTL, dotBL, dotNV, dotNL );
		float D = D_GGX_Anisotropic( alphaT, alpha, dotNH, dotTH, dotBH );
	#else
		float V = V_GGX_SmithCorrelated( alpha, dotNL, dotNV );
		float D = D_GGX( alpha, dotNH );
	#endif
	return F * ( V * D );
}
vec2 LTC_Uv( const in vec3 N, const in vec3 V, const in float roughness ) {
	const float LUT_SIZE = 64.0;
	const float LUT_SCALE = ( LUT_SIZE - 1.0 ) / LUT_SIZE;
	const float LUT_BIAS = 0.5 / LUT_SIZE;
	float dotNV = saturate( dot( N, V ) );
	vec2 uv = vec2( roughness, sqrt( 1.0 - dotNV ) );
	uv = uv * LUT_SCALE + LUT_BIAS;
	return uv;
}
float LTC_ClippedSphereFormFactor( const in vec3 f ) {
	float l = length( f );
	return max( ( l * l + f.z ) / ( l + 1.0 ), 0.0 );
}
vec3 LTC_EdgeVectorFormFactor( const in vec3 v1, const in vec3 v2 ) {
	float x = dot( v1, v2 );
	float y = abs( x );
	float a = 0.8543985 + ( 0.4965155 + 0.0145206 * y ) * y;
	float b = 3.4175940 + ( 4.1616724 + y ) * y;
	float v = a / b;
	float theta_sintheta = ( x > 0.0 ) ? v : 0.5 * inversesqrt( max( 1.0 - x * x, 1e-7 ) ) - v;
	return cross( v1, v2 ) * theta_sintheta;
}
vec3 LTC_Evaluate( const in vec3 N, const in vec3 V, const in vec3 P, const in mat3 mInv, const in vec3 rectCoords[ 4 ] ) {
	vec3 v1 = rectCoords[ 1 ] - rectCoords[ 0 ];
	vec3 v2 = rectCoords[ 3 ] - rectCoords[ 0 ];
	vec3 lightNormal = cross( v1, v2 );
	if( dot( lightNormal, P - rectCoords[ 0 ] ) < 0.0 ) return vec3( 0.0 );
	vec3 T1, T2;
	T1 = normalize( V - N * dot( V, N ) );
	T2 = - cross( N, T1 );
	mat3 mat = mInv * transpose( mat3( T1, T2, N ) );
	vec3 coords[ 4 ];
	coords[ 0 ] = mat * ( rectCoords[ 0 ] - P );
	coords[ 1 ] = mat * ( rectCoords[ 1 ] - P );
	coords[ 2 ] = mat * ( rectCoords[ 2 ] - P );
	coords[ 3 ] = mat * ( rectCoords[ 3 ] - P );
	coords[ 0 ] = normalize( coords[ 0 ] );
	coords[ 1 ] = normalize( coords[ 1 ] );
	coords[ 2 ] = normalize( coords[ 2 ] );
	coords[ 3 ] = normalize( coords[ 3 ] );
	vec3 vectorFormFactor = vec3( 0.0 );
	vectorFormFactor += LTC_EdgeVectorFormFactor( coords[ 0 ], coords[ 1 ] );
	vectorFormFactor += LTC_EdgeVectorFormFactor( coords[ 1 ], coords[ 2 ] );
	vectorFormFactor += LTC_EdgeVectorFormFactor( coords[ 2 ], coords[ 3 ] );
	vectorFormFactor += LTC_EdgeVectorFormFactor( coords[ 3 ], coords[ 0 ] );
	float result = LTC_ClippedSphereFormFactor( vectorFormFactor );
	return vec3( result );
}
#if defined( USE_SHEEN )
float D_Charlie( float roughness, float dotNH ) {
	float alpha = pow2( roughness );
	float invAlpha = 1.0 / alpha;
	float cos2h = dotNH * dotNH;
	float sin2h = max( 1.0 - cos2h, 0.0078125 );
	return ( 2.0 + invAlpha ) * pow( sin2h, invAlpha * 0.5 ) / ( 2.0 * PI );
}
float V_Neubelt( float dotNV, float dotNL ) {
	return saturate( 1.0 / ( 4.0 * ( dotNL + dotNV - dotNL * dotNV ) ) );
}
vec3 BRDF_Sheen( const in vec3 lightDir, const in vec3 viewDir, const in vec3 normal, vec3 sheenColor, const in float sheenRoughness ) {
	vec3 halfDir = normalize( lightDir + viewDir );
	float dotNL = saturate( dot( normal, lightDir ) );
	float dotNV = saturate( dot( normal, viewDir ) );
	float dotNH = saturate( dot( normal, halfDir ) );
	float D = D_Charlie( sheenRoughness, dotNH );
	float V = V_Neubelt( dotNV, dotNL );
	return sheenColor * ( D * V );
}
#endif
float IBLSheenBRDF( const in vec3 normal, const in vec3 viewDir, const in float roughness ) {
	float dotNV = saturate( dot( normal, viewDir ) );
	float r2 = roughness * roughness;
	float rInv = 1.0 / ( roughness + 0.1 );
	float a = -1.9362 + 1.0678 * roughness + 0.4573 * r2 - 0.8469 * rInv;
	float b = -0.6014 + 0.5538 * roughness - 0.4670 * r2 - 0.1255 * rInv;
	float DG = exp( a * dotNV + b );
	return saturate( DG );
}
vec3 EnvironmentBRDF( const in vec3 normal, const in vec3 viewDir, const in vec3 specularColor, const in float specularF90, const in float roughness ) {
	float dotNV = saturate( dot( normal, viewDir ) );
	vec2 fab = texture2D( dfgLUT, vec2( roughness, dotNV ) ).rg;
	return specularColor * fab.x + specularF90 * fab.y;
}
#ifdef USE_IRIDESCENCE
void computeMultiscatteringIridescence( const in vec2 fab, const in vec3 specularColor, const in float specularF90, const in float iridescence, const in vec3 iridescenceF0, inout vec3 singleScatter, inout vec3 multiScatter ) {
#else
void computeMultiscattering( const in vec2 fab, const in vec3 specularColor, const in float specularF90, inout vec3 singleScatter, inout vec3 multiScatter ) {
#endif
	#ifdef USE_IRIDESCENCE
		vec3 Fr = mix( specularColor, iridescenceF0, iridescence );
	#else
		vec3 Fr = specularColor;
	#endif
	vec3 FssEss = Fr * fab.x + specularF90 * fab.y;
	float Ess = fab.x + fab.y;
	float Ems = 1.0 - Ess;
	vec3 Favg = Fr + ( 1.0 - Fr ) * 0.047619;	vec3 Fms = FssEss * Favg / ( 1.0 - Ems * Favg );
	singleScatter += FssEss;
	multiScatter += Fms * Ems;
}
#if NUM_RECT_AREA_LIGHTS > 0
	void RE_Direct_RectArea_Physical( const in RectAreaLight rectAreaLight, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in PhysicalMaterial material, inout ReflectedLight reflectedLight ) {
		vec3 normal = geometryNormal;
		vec3 viewDir = geometryViewDir;
		vec3 position = geometryPosition;
		vec3 lightPos = rectAreaLight.position;
		vec3 halfWidth = rectAreaLight.halfWidth;
		vec3 halfHeight = rectAreaLight.halfHeight;
		vec3 lightColor = rectAreaLight.color;
		float roughness = material.roughness;
		vec3 rectCoords[ 4 ];
		rectCoords[ 0 ] = lightPos + halfWidth - halfHeight;		rectCoords[ 1 ] = lightPos - halfWidth - halfHeight;
		rectCoords[ 2 ] = lightPos - halfWidth + halfHeight;
		rectCoords[ 3 ] = lightPos + halfWidth + halfHeight;
		vec2 uv = LTC_Uv( normal, viewDir, roughness );
		vec4 t1 = texture2D( ltc_1, uv );
		vec4 t2 = texture2D( ltc_2, uv );
		mat3 mInv = mat3(
			vec3( t1.x, 0, t1.y ),
			vec3(    0, 1,    0 ),
			vec3( t1.z, 0, t1.w )
		);
		vec3 fresnel = ( material.specularColorBlended * t2.x + ( material.specularF90 - material.specularColorBlended ) * t2.y );
		reflectedLight.directSpecular += lightColor * fresnel * LTC_Evaluate( normal, viewDir, position, mInv, rectCoords );
		reflectedLight.directDiffuse += lightColor * material.diffuseContribution * LTC_Evaluate( normal, viewDir, position, mat3( 1.0 ), rectCoords );
		#ifdef USE_CLEARCOAT
			vec3 Ncc = geometryClearcoatNormal;
			vec2 uvClearcoat = LTC_Uv( Ncc, viewDir, material.clearcoatRoughness );
			vec4 t1Clearcoat = texture2D( ltc_1, uvClearcoat );
			vec4 t2Clearcoat = texture2D( ltc_2, uvClearcoat );
			mat3 mInvClearcoat = mat3(
				vec3( t1Clearcoat.x, 0, t1Clearcoat.y ),
				vec3(             0, 1,             0 ),
				vec3( t1Clearcoat.z, 0, t1Clearcoat.w )
			);
			vec3 fresnelClearcoat = material.clearcoatF0 * t2Clearcoat.x + ( material.clearcoatF90 - material.clearcoatF0 ) * t2Clearcoat.y;
			clearcoatSpecularDirect += lightColor * fresnelClearcoat * LTC_Evaluate( Ncc, viewDir, position, mInvClearcoat, rectCoords );
		#endif
	}
#endif
void RE_Direct_Physical( const in IncidentLight directLight, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in PhysicalMaterial material, inout ReflectedLight reflectedLight ) {
	float dotNL = saturate( dot( geometryNormal, directLight.direction ) );
	vec3 irradiance = dotNL * directLight.color;
	#ifdef USE_CLEARCOAT
		float dotNLcc = saturate( dot( geometryClearcoatNormal, directLight.direction ) );
		vec3 ccIrradiance = dotNLcc * directLight.color;
		clearcoatSpecularDirect += ccIrradiance * BRDF_GGX_Clearcoat( directLight.direction, geometryViewDir, geometryClearcoatNormal, material );
	#endif
	#ifdef USE_SHEEN
 
 		sheenSpecularDirect += irradiance * BRDF_Sheen( directLight.direction, geometryViewDir, geometryNormal, material.sheenColor, material.sheenRoughness );
 
 		float sheenAlbedoV = IBLSheenBRDF( geometryNormal, geometryViewDir, material.sheenRoughness );
 		float sheenAlbedoL = IBLSheenBRDF( geometryNormal, directLight.direction, material.sheenRoughness );
 
 		float sheenEnergyComp = 1.0 - max3( material.sheenColor ) * max( sheenAlbedoV, sheenAlbedoL );
 
 		irradiance *= sheenEnergyComp;
 
 	#endif
	vec3 specularBRDF = BRDF_GGX( directLight.direction, geometryViewDir, geometryNormal, material );
	#ifdef USE_RETROREFLECTION
		vec3 retroViewDir = reflect( - geometryViewDir, geometryNormal );
		vec3 retroSpecularBRDF = BRDF_GGX( directLight.direction, retroViewDir, geometryNormal, material );
		specularBRDF = mix( specularBRDF, retroSpecularBRDF, saturate( material.retroreflectivity ) );
	#endif
	reflectedLight.directSpecular += irradiance * specularBRDF * material.multiScatteringCompensation;
	vec3 halfDir = normalize( directLight.direction + geometryViewDir );
	float dotVH = saturate( dot( geometryViewDir, halfDir ) );
	vec3 F = F_Schlick( material.specularColor, material.specularF90, dotVH );
	#ifdef USE_RETROREFLECTION
		vec3 retroHalfDir = normalize( directLight.direction + retroViewDir );
		float dotRetroVH = saturate( dot( retroViewDir, retroHalfDir ) );
		vec3 retroF = F_Schlick( material.specularColor, material.specularF90, dotRetroVH );
		F = mix( F, retroF, saturate( material.retroreflectivity ) );
	#endif
	#ifdef USE_DIFFUSE_ROUGHNESS
		vec3 diffuseBRDF = BRDF_EON( directLight.direction, geometryViewDir, geometryNormal, material.diffuseColor, material.diffuseRoughness ) * ( 1.0 - material.metalness );
	#else
		vec3 diffuseBRDF = BRDF_Lambert( material.diffuseContribution );
	#endif
	reflectedLight.directDiffuse += irradiance * diffuseBRDF * ( 1.0 - F );
}
void RE_IndirectDiffuse_Physical( const in vec3 irradiance, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in PhysicalMaterial material, inout ReflectedLight reflectedLight ) {
	vec3 singleScattering = vec3( 0.0 );
	vec3 multiScattering = vec3( 0.0 );
	#ifdef USE_IRIDESCENCE
		computeMultiscatteringIridescence( material.dfg, material.specularColor, material.specularF90, material.iridescence, material.iridescenceF0Dielectric, singleScattering, multiScattering );
	#else
		computeMultiscattering( material.dfg, material.specularColor, material.specularF90, singleScattering, multiScattering );
	#endif
	#ifdef USE_DIFFUSE_ROUGHNESS
		float dotNV = saturate( dot( geometryNormal, geometryViewDir ) );
		vec3 diffuseAlbedo = EON_DirectionalAlbedo( material.diffuseColor, material.diffuseRoughness, dotNV ) * ( 1.0 - material.metalness );
		vec3 diffuse = irradiance * RECIPROCAL_PI * diffuseAlbedo * ( 1.0 - singleScattering - multiScattering );
	#else
		vec3 diffuse = irradiance * BRDF_Lambert( material.diffuseContribution ) * ( 1.0 - singleScattering - multiScattering );
	#endif
	#ifdef USE_SHEEN
		float sheenAlbedo = IBLSheenBRDF( geometryNormal, geometryViewDir, material.sheenRoughness );
		sheenSpecularIndirect += irradiance * material.sheenColor * sheenAlbedo * RECIPROCAL_PI;
		float sheenEnergyComp = 1.0 - max3( material.sheenColor ) * sheenAlbedo;
		diffuse *= sheenEnergyComp;
	#endif
	reflectedLight.indirectDiffuse += diffuse;
}
void RE_IndirectSpecular_Physical( const in vec3 radiance, const in vec3 irradiance, const in vec3 clearcoatRadiance, const in vec3 geometryPosition, const in vec3 geometryNormal, const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal, const in PhysicalMaterial material, inout ReflectedLight reflectedLight) {
	#ifdef USE_CLEARCOAT
		clearcoatSpecularIndirect += clearcoatRadiance * EnvironmentBRDF( geometryClearcoatNormal, geometryViewDir, material.clearcoatF0, material.clearcoatF90, material.clearcoatRoughness );
	#endif
	#ifdef USE_SHEEN
		sheenSpecularIndirect += irradiance * material.sheenColor * IBLSheenBRDF( geometryNormal, geometryViewDir, material.sheenRoughness ) * RECIPROCAL_PI;
 	#endif
	vec3 singleScatteringDielectric = vec3( 0.0 );
	vec3 multiScatteringDielectric = vec3( 0.0 );
	vec3 singleScatteringMetallic = vec3( 0.0 );
	vec3 multiScatteringMetallic = vec3( 0.0 );
	#ifdef USE_IRIDESCENCE
		computeMultiscatteringIridescence( material.dfg, material.specularColor, material.specularF90, material.iridescence, material.iridescenceF0Dielectric, singleScatteringDielectric, multiScatteringDielectric );
		computeMultiscatteringIridescence( material.dfg, material.diffuseColor, material.specularF90, material.iridescence, material.iridescenceF0Metallic, singleScatteringMetallic, multiScatteringMetallic );
	#else
		computeMultiscattering( material.dfg, material.specularColor, material.specularF90, singleScatteringDielectric, multiScatteringDielectric );
		computeMultiscattering( material.dfg, material.diffuseColor, material.specularF90, singleScatteringMetallic, multiScatteringMetallic );
	#endif
	vec3 singleScattering = mix( singleScatteringDielectric, singleScatteringMetallic, material.metalness );
	vec3 multiScattering = mix( multiScatteringDielectric, multiScatteringMetallic, material.metalness );
	vec3 totalScatteringDielectric = singleScatteringDielectric + multiScatteringDielectric;
	#ifdef USE_DIFFUSE_ROUGHNESS
		float dotNV = saturate( dot( geometryNormal, geometryViewDir ) );
		vec3 diffuse = EON_DirectionalAlbedo( material.diffuseColor, material.diffuseRoughness, dotNV ) * ( 1.0 - material.metalness ) * ( 1.0 - totalScatteringDielectric );
	#else
		vec3 diffuse = material.diffuseContribution * ( 1.0 - totalScatteringDielectric );
	#endif
	vec3 cosineWeightedIrradiance = irradiance * RECIPROCAL_PI;
	vec3 indirectSpecular = radiance * singleScattering;
	indirectSpecular += multiScattering * cosineWeightedIrradiance;
	vec3 indirectDiffuse = diffuse * cosineWeightedIrradiance;
	#ifdef USE_SHEEN
		float sheenAlbedo = IBLSheenBRDF( geometryNormal, geometryViewDir, material.sheenRoughness );
		float sheenEnergyComp = 1.0 - max3( material.sheenColor ) * sheenAlbedo;
		indirectSpecular *= sheenEnergyComp;
		indirectDiffuse *= sheenEnergyComp;
	#endif
	reflectedLight.indirectSpecular += indirectSpecular;
	reflectedLight.indirectDiffuse += indirectDiffuse;
}
#define RE_Direct				RE_Direct_Physical
#define RE_Direct_RectArea		RE_Direct_RectArea_Physical
#define RE_IndirectDiffuse		RE_IndirectDiffuse_Physical
#define RE_IndirectSpecular		RE_IndirectSpecular_Physical
float computeSpecularOcclusion( const in float dotNV, const in float ambientOcclusion, const in float roughness ) {
	return saturate( pow( dotNV + ambientOcclusion, exp2( - 16.0 * roughness - 1.0 ) ) - 1.0 + ambientOcclusion );
}`,Mg=`
vec3 geometryPosition = - vViewPosition;
vec3 geometryNormal = normal;
vec3 geometryViewDir = ( isOrthographic ) ? vec3( 0, 0, 1 ) : normalize( vViewPosition );
vec3 geometryClearcoatNormal = vec3( 0.0 );
#ifdef USE_CLEARCOAT
	geometryClearcoatNormal = clearcoatNormal;
#endif
#ifdef USE_IRIDESCENCE
	float dotNVi = saturate( dot( normal, geometryViewDir ) );
	if ( material.iridescenceThickness == 0.0 ) {
		material.iridescence = 0.0;
	} else {
		material.iridescence = saturate( material.iridescence );
	}
	if ( material.iridescence > 0.0 ) {
		vec3 iridescenceFresnelDielectric = evalIridescence( 1.0, material.iridescenceIOR, dotNVi, material.iridescenceThickness, material.specularColor );
		vec3 iridescenceFresnelMetallic = evalIridescence( 1.0, material.iridescenceIOR, dotNVi, material.iridescenceThickness, material.diffuseColor );
		material.iridescenceFresnel = mix( iridescenceFresnelDielectric, iridescenceFresnelMetallic, material.metalness );
		material.iridescenceF0Dielectric = Schlick_to_F0( iridescenceFresnelDielectric, 1.0, dotNVi );
		material.iridescenceF0Metallic = Schlick_to_F0( iridescenceFresnelMetallic, 1.0, dotNVi );
	}
#endif
#ifdef STANDARD
	float dotNVms = saturate( dot( geometryNormal, geometryViewDir ) );
	material.dfg = texture2D( dfgLUT, vec2( material.roughness, dotNVms ) ).rg;
	#if ( NUM_SUN_LIGHTS > 0 || NUM_DIR_LIGHTS > 0 || NUM_POINT_LIGHTS > 0 || NUM_SPOT_LIGHTS > 0 )
		float EssMs = material.dfg.x + material.dfg.y;
		material.multiScatteringCompensation = 1.0 + material.specularColorBlended * ( 1.0 / EssMs - 1.0 );
	#endif
#endif
IncidentLight directLight;
#if ( NUM_POINT_LIGHTS > 0 ) && defined( RE_Direct )
	PointLight pointLight;
	#if defined( USE_SHADOWMAP ) && NUM_POINT_LIGHT_SHADOWS > 0
	PointLightShadow pointLightShadow;
	#endif
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_POINT_LIGHTS; i ++ ) {
		pointLight = pointLights[ i ];
		getPointLightInfo( pointLight, geometryPosition, directLight );
		#if defined( USE_SHADOWMAP ) && ( UNROLLED_LOOP_INDEX < NUM_POINT_LIGHT_SHADOWS ) && ( defined( SHADOWMAP_TYPE_PCF ) || defined( SHADOWMAP_TYPE_BASIC ) )
		pointLightShadow = pointLightShadows[ i ];
		directLight.color *= ( directLight.visible && receiveShadow ) ? getPointShadow( pointShadowMap[ i ], pointLightShadow.shadowMapSize, pointLightShadow.shadowIntensity, pointLightShadow.shadowBias, pointLightShadow.shadowRadius, vPointShadowCoord[ i ], pointLightShadow.shadowCameraNear, pointLightShadow.shadowCameraFar ) : 1.0;
		#endif
		RE_Direct( directLight, geometryPosition, geometryNormal, geometryViewDir, geometryClearcoatNormal, material, reflectedLight );
	}
	#pragma unroll_loop_end
#endif
#if ( NUM_SPOT_LIGHTS > 0 ) && defined( RE_Direct )
	SpotLight spotLight;
	vec4 spotColor;
	vec3 spotLightCoord;
	bool inSpotLightMap;
	#if defined( USE_SHADOWMAP ) && NUM_SPOT_LIGHT_SHADOWS > 0
	SpotLightShadow spotLightShadow;
	#endif
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_SPOT_LIGHTS; i ++ ) {
		spotLight = spotLights[ i ];
		getSpotLightInfo( spotLight, geometryPosition, directLight );
		#if ( UNROLLED_LOOP_INDEX < NUM_SPOT_LIGHT_SHADOWS_WITH_MAPS )
		#define SPOT_LIGHT_MAP_INDEX UNROLLED_LOOP_INDEX
		#elif ( UNROLLED_LOOP_INDEX < NUM_SPOT_LIGHT_SHADOWS )
		#define SPOT_LIGHT_MAP_INDEX NUM_SPOT_LIGHT_MAPS
		#else
		#define SPOT_LIGHT_MAP_INDEX ( UNROLLED_LOOP_INDEX - NUM_SPOT_LIGHT_SHADOWS + NUM_SPOT_LIGHT_SHADOWS_WITH_MAPS )
		#endif
		#if ( SPOT_LIGHT_MAP_INDEX < NUM_SPOT_LIGHT_MAPS )
			spotLightCoord = vSpotLightCoord[ i ].xyz / vSpotLightCoord[ i ].w;
			inSpotLightMap = all( lessThan( abs( spotLightCoord * 2. - 1. ), vec3( 1.0 ) ) );
			spotColor = texture2D( spotLightMap[ SPOT_LIGHT_MAP_INDEX ], spotLightCoord.xy );
			directLight.color = inSpotLightMap ? directLight.color * spotColor.rgb : directLight.color;
		#endif
		#undef SPOT_LIGHT_MAP_INDEX
		#if defined( USE_SHADOWMAP ) && ( UNROLLED_LOOP_INDEX < NUM_SPOT_LIGHT_SHADOWS )
		spotLightShadow = spotLightShadows[ i ];
		directLight.color *= ( directLight.visible && receiveShadow ) ? getShadow( spotShadowMap[ i ], spotLightShadow.shadowMapSize, spotLightShadow.shadowIntensity, spotLightShadow.shadowBias, spotLightShadow.shadowRadius, vSpotLightCoord[ i ] ) : 1.0;
		#endif
		RE_Direct( directLight, geometryPosition, geometryNormal, geometryViewDir, geometryClearcoatNormal, material, reflectedLight );
	}
	#pragma unroll_loop_end
#endif
#if ( NUM_SUN_LIGHTS > 0 ) && defined( RE_Direct )
	SunLight sunLight;
	#if defined( USE_SHADOWMAP ) && NUM_SUN_LIGHT_SHADOWS > 0
	SunLightShadow sunLightShadow;
	#endif
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_SUN_LIGHTS; i ++ ) {
		sunLight = sunLights[ i ];
		getSunLightInfo( sunLight, directLight );
		#if defined( USE_SHADOWMAP ) && ( UNROLLED_LOOP_INDEX < NUM_SUN_LIGHT_SHADOWS )
		sunLightShadow = sunLightShadows[ i ];
		directLight.color *= ( directLight.visible && receiveShadow ) ? getSunShadow( sunShadowMap[ i ], sunLightShadow, UNROLLED_LOOP_INDEX ) : 1.0;
		#endif
		RE_Direct( directLight, geometryPosition, geometryNormal, geometryViewDir, geometryClearcoatNormal, material, reflectedLight );
	}
	#pragma unroll_loop_end
#endif
#if ( NUM_DIR_LIGHTS > 0 ) && defined( RE_Direct )
	DirectionalLight directionalLight;
	#if defined( USE_SHADOWMAP ) && NUM_DIR_LIGHT_SHADOWS > 0
	DirectionalLightShadow directionalLightShadow;
	#endif
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_DIR_LIGHTS; i ++ ) {
		directionalLight = directionalLights[ i ];
		getDirectionalLightInfo( directionalLight, directLight );
		#if defined( USE_SHADOWMAP ) && ( UNROLLED_LOOP_INDEX < NUM_DIR_LIGHT_SHADOWS )
		directionalLightShadow = directionalLightShadows[ i ];
		directLight.color *= ( directLight.visible && receiveShadow ) ? getShadow( directionalShadowMap[ i ], directionalLightShadow.shadowMapSize, directionalLightShadow.shadowIntensity, directionalLightShadow.shadowBias, directionalLightShadow.shadowRadius, vDirectionalShadowCoord[ i ] ) : 1.0;
		#endif
		RE_Direct( directLight, geometryPosition, geometryNormal, geometryViewDir, geometryClearcoatNormal, material, reflectedLight );
	}
	#pragma unroll_loop_end
#endif
#if ( NUM_RECT_AREA_LIGHTS > 0 ) && defined( RE_Direct_RectArea )
	RectAreaLight rectAreaLight;
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_RECT_AREA_LIGHTS; i ++ ) {
		rectAreaLight = rectAreaLights[ i ];
		RE_Direct_RectArea( rectAreaLight, geometryPosition, geometryNormal, geometryViewDir, geometryClearcoatNormal, material, reflectedLight );
	}
	#pragma unroll_loop_end
#endif
#if defined( RE_IndirectDiffuse )
	vec3 iblIrradiance = vec3( 0.0 );
	vec3 irradiance = getAmbientLightIrradiance( ambientLightColor );
	#if defined( USE_LIGHT_PROBES )
		irradiance += getLightProbeIrradiance( lightProbe, geometryNormal );
	#endif
	#if ( NUM_HEMI_LIGHTS > 0 )
		#pragma unroll_loop_start
		for ( int i = 0; i < NUM_HEMI_LIGHTS; i ++ ) {
			irradiance += getHemisphereLightIrradiance( hemisphereLights[ i ], geometryNormal );
		}
		#pragma unroll_loop_end
	#endif
	#if NUM_LIGHT_PROBE_GRIDS > 0
		vec3 probeWorldPos = ( ( vec4( geometryPosition, 1.0 ) - viewMatrix[ 3 ] ) * viewMatrix ).xyz;
		vec3 probeWorldNormal = transformNormalByInverseViewMatrix( geometryNormal, viewMatrix );
		int probeGrid = - 1;
		#pragma unroll_loop_start
		for ( int i = 0; i < NUM_LIGHT_PROBE_GRIDS; i ++ ) {
			if ( isInsideLightProbeGrid( probeWorldPos, probeWorldNormal, probesMin[ i ], probesMax[ i ], probesResolution[ i ] ) ) probeGrid = UNROLLED_LOOP_INDEX;
		}
		#pragma unroll_loop_end
		#pragma unroll_loop_start
		for ( int i = 0; i < NUM_LIGHT_PROBE_GRIDS; i ++ ) {
			if ( probeGrid == UNROLLED_LOOP_INDEX ) irradiance += getLightProbeGridIrradiance( probesSH[ i ], probesMin[ i ], probesMax[ i ], probesResolution[ i ], probeWorldPos, probeWorldNormal );
		}
		#pragma unroll_loop_end
	#endif
#endif
#if defined( RE_IndirectSpecular )
	vec3 radiance = vec3( 0.0 );
	vec3 clearcoatRadiance = vec3( 0.0 );
#endif`,Sg=`#if defined( RE_IndirectDiffuse )
	#ifdef USE_LIGHTMAP
		vec4 lightMapTexel = texture2D( lightMap, vLightMapUv );
		vec3 lightMapIrradiance = lightMapTexel.rgb * lightMapIntensity;
		irradiance += lightMapIrradiance;
	#endif
	#if defined( USE_ENVMAP ) && defined( ENVMAP_TYPE_PMREM )
		#if defined( STANDARD ) || defined( LAMBERT ) || defined( PHONG )
			iblIrradiance += getIBLIrradiance( geometryNormal );
		#endif
	#endif
#endif
#if defined( USE_ENVMAP ) && defined( RE_IndirectSpecular )
	#ifdef USE_ANISOTROPY
		vec3 iblRadiance = getIBLAnisotropyRadiance( geometryViewDir, geometryNormal, material.roughness, material.anisotropyB, material.anisotropy );
	#else
		vec3 iblRadiance = getIBLRadiance( geometryViewDir, geometryNormal, material.roughness );
	#endif
	#ifdef USE_RETROREFLECTION
		#ifdef USE_ANISOTROPY
			vec3 retroIBLRadiance = getIBLAnisotropyRetroRadiance( geometryViewDir, geometryNormal, material.roughness, material.anisotropyB, material.anisotropy );
		#else
			vec3 retroIBLRadiance = getIBLRetroRadiance( geometryViewDir, geometryNormal, material.roughness );
		#endif
		iblRadiance = mix( iblRadiance, retroIBLRadiance, saturate( material.retroreflectivity ) );
	#endif
	radiance += iblRadiance;
	#ifdef USE_CLEARCOAT
		clearcoatRadiance += getIBLRadiance( geometryViewDir, geometryClearcoatNormal, material.clearcoatRoughness );
	#endif
#endif`,bg=`#if defined( RE_IndirectDiffuse )
	#if defined( LAMBERT ) || defined( PHONG )
		irradiance += iblIrradiance;
	#endif
	RE_IndirectDiffuse( irradiance, geometryPosition, geometryNormal, geometryViewDir, geometryClearcoatNormal, material, reflectedLight );
#endif
#if defined( RE_IndirectSpecular )
	RE_IndirectSpecular( radiance, iblIrradiance, clearcoatRadiance, geometryPosition, geometryNormal, geometryViewDir, geometryClearcoatNormal, material, reflectedLight );
#endif`,Eg=`#if NUM_LIGHT_PROBE_GRIDS > 0
uniform highp sampler3D probesSH[ NUM_LIGHT_PROBE_GRIDS ];
uniform vec3 probesMin[ NUM_LIGHT_PROBE_GRIDS ];
uniform vec3 probesMax[ NUM_LIGHT_PROBE_GRIDS ];
uniform vec3 probesResolution[ NUM_LIGHT_PROBE_GRIDS ];
bool isInsideLightProbeGrid( vec3 worldPos, vec3 worldNormal, vec3 probesMin, vec3 probesMax, vec3 probesResolution ) {
	vec3 spacing = ( probesMax - probesMin ) / probesResolution;
	vec3 samplePos = worldPos + worldNormal * spacing * 0.5;
	vec3 margin = spacing * 0.01;
	return all( greaterThanEqual( samplePos, probesMin - margin ) ) && all( lessThanEqual( samplePos, probesMax + margin ) );
}
vec3 getLightProbeGridIrradiance( highp sampler3D probesSH, vec3 probesMin, vec3 probesMax, vec3 probesResolution, vec3 worldPos, vec3 worldNormal ) {
	vec3 res = probesResolution;
	vec3 gridRange = probesMax - probesMin;
	vec3 probeSpacing = gridRange / res;
	vec3 samplePos = worldPos + worldNormal * probeSpacing * 0.5;
	vec3 uvw = clamp( ( samplePos - probesMin ) / gridRange, 0.5 / res, 1.0 - 0.5 / res );
	float nz          = res.z;
	float paddedSlices = nz + 2.0;
	float atlasDepth  = 7.0 * paddedSlices;
	float uvZBase     = uvw.z * nz + 1.0;
	vec4 s0 = texture( probesSH, vec3( uvw.xy, ( uvZBase                       ) / atlasDepth ) );
	vec4 s1 = texture( probesSH, vec3( uvw.xy, ( uvZBase +       paddedSlices   ) / atlasDepth ) );
	vec4 s2 = texture( probesSH, vec3( uvw.xy, ( uvZBase + 2.0 * paddedSlices   ) / atlasDepth ) );
	vec4 s3 = texture( probesSH, vec3( uvw.xy, ( uvZBase + 3.0 * paddedSlices   ) / atlasDepth ) );
	vec4 s4 = texture( probesSH, vec3( uvw.xy, ( uvZBase + 4.0 * paddedSlices   ) / atlasDepth ) );
	vec4 s5 = texture( probesSH, vec3( uvw.xy, ( uvZBase + 5.0 * paddedSlices   ) / atlasDepth ) );
	vec4 s6 = texture( probesSH, vec3( uvw.xy, ( uvZBase + 6.0 * paddedSlices   ) / atlasDepth ) );
	vec3 c0 = s0.xyz;
	vec3 c1 = vec3( s0.w, s1.xy );
	vec3 c2 = vec3( s1.zw, s2.x );
	vec3 c3 = s2.yzw;
	vec3 c4 = s3.xyz;
	vec3 c5 = vec3( s3.w, s4.xy );
	vec3 c6 = vec3( s4.zw, s5.x );
	vec3 c7 = s5.yzw;
	vec3 c8 = s6.xyz;
	float x = worldNormal.x, y = worldNormal.y, z = worldNormal.z;
	vec3 result = c0 * 0.886227;
	result += c1 * 2.0 * 0.511664 * y;
	result += c2 * 2.0 * 0.511664 * z;
	result += c3 * 2.0 * 0.511664 * x;
	result += c4 * 2.0 * 0.429043 * x * y;
	result += c5 * 2.0 * 0.429043 * y * z;
	result += c6 * ( 0.743125 * z * z - 0.247708 );
	result += c7 * 2.0 * 0.429043 * x * z;
	result += c8 * 0.429043 * ( x * x - y * y );
	return max( result, vec3( 0.0 ) );
}
#endif`,wg=`#if defined( USE_LOGARITHMIC_DEPTH_BUFFER )
	gl_FragDepth = vIsPerspective == 0.0 ? gl_FragCoord.z : log2( vFragDepth ) * logDepthBufFC * 0.5;
#endif`,Tg=`#if defined( USE_LOGARITHMIC_DEPTH_BUFFER )
	uniform float logDepthBufFC;
	varying float vFragDepth;
	varying float vIsPerspective;
#endif`,Ag=`#ifdef USE_LOGARITHMIC_DEPTH_BUFFER
	varying float vFragDepth;
	varying float vIsPerspective;
#endif`,Rg=`#ifdef USE_LOGARITHMIC_DEPTH_BUFFER
	vFragDepth = 1.0 + gl_Position.w;
	vIsPerspective = float( isPerspectiveMatrix( projectionMatrix ) );
#endif`,Cg=`#ifdef USE_MAP
	vec4 sampledDiffuseColor = texture2D( map, vMapUv );
	#ifdef DECODE_VIDEO_TEXTURE
		sampledDiffuseColor = sRGBTransferEOTF( sampledDiffuseColor );
	#endif
	diffuseColor *= sampledDiffuseColor;
#endif`,Lg=`#ifdef USE_MAP
	uniform sampler2D map;
#endif`,Pg=`#if defined( USE_MAP ) || defined( USE_ALPHAMAP )
	#if defined( USE_POINTS_UV )
		vec2 uv = vUv;
	#else
		vec2 uv = ( uvTransform * vec3( gl_PointCoord.x, 1.0 - gl_PointCoord.y, 1 ) ).xy;
	#endif
#endif
#ifdef USE_MAP
	diffuseColor *= texture2D( map, uv );
#endif
#ifdef USE_ALPHAMAP
	diffuseColor.a *= texture2D( alphaMap, uv ).g;
#endif`,Ig=`#if defined( USE_POINTS_UV )
	varying vec2 vUv;
#else
	#if defined( USE_MAP ) || defined( USE_ALPHAMAP )
		uniform mat3 uvTransform;
	#endif
#endif
#ifdef USE_MAP
	uniform sampler2D map;
#endif
#ifdef USE_ALPHAMAP
	uniform sampler2D alphaMap;
#endif`,Dg=`float metalnessFactor = metalness;
#ifdef USE_METALNESSMAP
	vec4 texelMetalness = texture2D( metalnessMap, vMetalnessMapUv );
	metalnessFactor *= texelMetalness.b;
#endif`,Ng=`#ifdef USE_METALNESSMAP
	uniform sampler2D metalnessMap;
#endif`,Ug=`#ifdef USE_INSTANCING_MORPH
	float morphTargetInfluences[ MORPHTARGETS_COUNT ];
	float morphTargetBaseInfluence = texelFetch( morphTexture, ivec2( 0, gl_InstanceID ), 0 ).r;
	for ( int i = 0; i < MORPHTARGETS_COUNT; i ++ ) {
		morphTargetInfluences[i] =  texelFetch( morphTexture, ivec2( i + 1, gl_InstanceID ), 0 ).r;
	}
#endif`,kg=`#if defined( USE_MORPHCOLORS )
	#if defined( USE_COLOR_ALPHA )
		vColor *= morphTargetBaseInfluence;
	#elif defined( USE_COLOR )
		vColor.rgb *= morphTargetBaseInfluence;
	#endif
	for ( int i = 0; i < MORPHTARGETS_COUNT; i ++ ) {
		#if defined( USE_COLOR_ALPHA )
			if ( morphTargetInfluences[ i ] != 0.0 ) vColor += getMorph( gl_VertexID, i, 2 ) * morphTargetInfluences[ i ];
		#elif defined( USE_COLOR )
			if ( morphTargetInfluences[ i ] != 0.0 ) vColor.rgb += getMorph( gl_VertexID, i, 2 ).rgb * morphTargetInfluences[ i ];
		#endif
	}
#endif`,Og=`#ifdef USE_MORPHNORMALS
	objectNormal *= morphTargetBaseInfluence;
	for ( int i = 0; i < MORPHTARGETS_COUNT; i ++ ) {
		if ( morphTargetInfluences[ i ] != 0.0 ) objectNormal += getMorph( gl_VertexID, i, 1 ).xyz * morphTargetInfluences[ i ];
	}
#endif`,Fg=`#ifdef USE_MORPHTARGETS
	#ifndef USE_INSTANCING_MORPH
		uniform float morphTargetBaseInfluence;
		uniform float morphTargetInfluences[ MORPHTARGETS_COUNT ];
	#endif
	uniform sampler2DArray morphTargetsTexture;
	uniform ivec2 morphTargetsTextureSize;
	vec4 getMorph( const in int vertexIndex, const in int morphTargetIndex, const in int offset ) {
		int texelIndex = vertexIndex * MORPHTARGETS_TEXTURE_STRIDE + offset;
		int y = texelIndex / morphTargetsTextureSize.x;
		int x = texelIndex - y * morphTargetsTextureSize.x;
		ivec3 morphUV = ivec3( x, y, morphTargetIndex );
		return texelFetch( morphTargetsTexture, morphUV, 0 );
	}
#endif`,Bg=`#ifdef USE_MORPHTARGETS
	transformed *= morphTargetBaseInfluence;
	for ( int i = 0; i < MORPHTARGETS_COUNT; i ++ ) {
		if ( morphTargetInfluences[ i ] != 0.0 ) transformed += getMorph( gl_VertexID, i, 0 ).xyz * morphTargetInfluences[ i ];
	}
#endif`,zg=`float faceDirection = gl_FrontFacing ? 1.0 : - 1.0;
#ifdef FLAT_SHADED
	vec3 fdx = dFdx( vViewPosition );
	vec3 fdy = dFdy( vViewPosition );
	vec3 normal = normalize( cross( fdx, fdy ) );
#else
	vec3 normal = normalize( vNormal );
	#ifdef DOUBLE_SIDED
		normal *= faceDirection;
	#endif
#endif
#if defined( USE_NORMALMAP_TANGENTSPACE ) || defined( USE_CLEARCOAT_NORMALMAP ) || defined( USE_ANISOTROPY )
	#ifdef USE_TANGENT
		mat3 tbn = mat3( normalize( vTangent ), normalize( vBitangent ), normal );
	#else
		mat3 tbn = getTangentFrame( - vViewPosition, normal,
		#if defined( USE_NORMALMAP )
			vNormalMapUv
		#elif defined( USE_CLEARCOAT_NORMALMAP )
			vClearcoatNormalMapUv
		#else
			vUv
		#endif
		);
	#endif
	#ifdef DOUBLE_SIDED
		tbn[0] *= faceDirection;
		tbn[1] *= faceDirection;
	#endif
#endif
#ifdef USE_CLEARCOAT_NORMALMAP
	#ifdef USE_TANGENT
		mat3 tbn2 = mat3( normalize( vTangent ), normalize( vBitangent ), normal );
	#else
		mat3 tbn2 = getTangentFrame( - vViewPosition, normal, vClearcoatNormalMapUv );
	#endif
	#ifdef DOUBLE_SIDED
		tbn2[0] *= faceDirection;
		tbn2[1] *= faceDirection;
	#endif
#endif
vec3 nonPerturbedNormal = normal;`,Hg=`#ifdef USE_NORMALMAP_OBJECTSPACE
	normal = texture2D( normalMap, vNormalMapUv ).xyz * 2.0 - 1.0;
	#ifdef FLIP_SIDED
		normal = - normal;
	#endif
	#ifdef DOUBLE_SIDED
		normal = normal * faceDirection;
	#endif
	normal = normalize( normalMatrix * normal );
#elif defined( USE_NORMALMAP_TANGENTSPACE )
	vec3 mapN = texture2D( normalMap, vNormalMapUv ).xyz * 2.0 - 1.0;
	#if defined( USE_PACKED_NORMALMAP )
		mapN = vec3( mapN.xy, sqrt( saturate( 1.0 - dot( mapN.xy, mapN.xy ) ) ) );
	#endif
	mapN.xy *= normalScale;
	normal = normalize( tbn * mapN );
#elif defined( USE_BUMPMAP )
	normal = perturbNormalArb( - vViewPosition, normal, dHdxy_fwd(), faceDirection );
#endif`,Gg=`#ifndef FLAT_SHADED
	varying vec3 vNormal;
	#ifdef USE_TANGENT
		varying vec3 vTangent;
		varying vec3 vBitangent;
	#endif
#endif`,Vg=`#ifndef FLAT_SHADED
	varying vec3 vNormal;
	#ifdef USE_TANGENT
		varying vec3 vTangent;
		varying vec3 vBitangent;
	#endif
#endif`,Wg=`#ifndef FLAT_SHADED
	vNormal = normalize( transformedNormal );
	#ifdef USE_TANGENT
		vTangent = normalize( transformedTangent );
		vBitangent = normalize( cross( vNormal, vTangent ) * tangent.w );
		#ifdef FLIP_SIDED
			vBitangent = - vBitangent;
		#endif
	#endif
#endif`,Xg=`#ifdef USE_NORMALMAP
	uniform sampler2D normalMap;
	uniform vec2 normalScale;
#endif
#ifdef USE_NORMALMAP_OBJECTSPACE
	uniform mat3 normalMatrix;
#endif
#if ! defined ( USE_TANGENT ) && ( defined ( USE_NORMALMAP_TANGENTSPACE ) || defined ( USE_CLEARCOAT_NORMALMAP ) || defined( USE_ANISOTROPY ) )
	mat3 getTangentFrame( vec3 eye_pos, vec3 surf_norm, vec2 uv ) {
		vec3 q0 = dFdx( eye_pos.xyz );
		vec3 q1 = dFdy( eye_pos.xyz );
		vec2 st0 = dFdx( uv.st );
		vec2 st1 = dFdy( uv.st );
		vec3 N = surf_norm;
		vec3 q1perp = cross( q1, N );
		vec3 q0perp = cross( N, q0 );
		vec3 T = q1perp * st0.x + q0perp * st1.x;
		vec3 B = q1perp * st0.y + q0perp * st1.y;
		float det = max( dot( T, T ), dot( B, B ) );
		float scale = ( det == 0.0 ) ? 0.0 : inversesqrt( det );
		return mat3( T * scale, B * scale, N );
	}
#endif`,$g=`#ifdef USE_CLEARCOAT
	vec3 clearcoatNormal = nonPerturbedNormal;
#endif`,qg=`#ifdef USE_CLEARCOAT_NORMALMAP
	vec3 clearcoatMapN = texture2D( clearcoatNormalMap, vClearcoatNormalMapUv ).xyz * 2.0 - 1.0;
	clearcoatMapN.xy *= clearcoatNormalScale;
	clearcoatNormal = normalize( tbn2 * clearcoatMapN );
#endif`,Kg=`#ifdef USE_CLEARCOATMAP
	uniform sampler2D clearcoatMap;
#endif
#ifdef USE_CLEARCOAT_NORMALMAP
	uniform sampler2D clearcoatNormalMap;
	uniform vec2 clearcoatNormalScale;
#endif
#ifdef USE_CLEARCOAT_ROUGHNESSMAP
	uniform sampler2D clearcoatRoughnessMap;
#endif`,Yg=`#ifdef USE_IRIDESCENCEMAP
	uniform sampler2D iridescenceMap;
#endif
#ifdef USE_IRIDESCENCE_THICKNESSMAP
	uniform sampler2D iridescenceThicknessMap;
#endif`,jg=`#ifdef OPAQUE
diffuseColor.a = 1.0;
#endif
#ifdef USE_TRANSMISSION
diffuseColor.a *= material.transmissionAlpha;
#endif
gl_FragColor = vec4( outgoingLight, diffuseColor.a );`,Zg=`vec3 packNormalToRGB( const in vec3 normal ) {
	return normalize( normal ) * 0.5 + 0.5;
}
vec3 unpackRGBToNormal( const in vec3 rgb ) {
	return 2.0 * rgb.xyz - 1.0;
}
const float PackUpscale = 256. / 255.;const float UnpackDownscale = 255. / 256.;const float ShiftRight8 = 1. / 256.;
const float Inv255 = 1. / 255.;
const vec4 PackFactors = vec4( 1.0, 256.0, 256.0 * 256.0, 256.0 * 256.0 * 256.0 );
const vec2 UnpackFactors2 = vec2( UnpackDownscale, 1.0 / PackFactors.g );
const vec3 UnpackFactors3 = vec3( UnpackDownscale / PackFactors.rg, 1.0 / PackFactors.b );
const vec4 UnpackFactors4 = vec4( UnpackDownscale / PackFactors.rgb, 1.0 / PackFactors.a );
vec4 packDepthToRGBA( const in float v ) {
	if( v <= 0.0 )
		return vec4( 0., 0., 0., 0. );
	if( v >= 1.0 )
		return vec4( 1., 1., 1., 1. );
	float vuf;
	float af = modf( v * PackFactors.a, vuf );
	float bf = modf( vuf * ShiftRight8, vuf );
	float gf = modf( vuf * ShiftRight8, vuf );
	return vec4( vuf * Inv255, gf * PackUpscale, bf * PackUpscale, af );
}
vec3 packDepthToRGB( const in float v ) {
	if( v <= 0.0 )
		return vec3( 0., 0., 0. );
	if( v >= 1.0 )
		return vec3( 1., 1., 1. );
	float vuf;
	float bf = modf( v * PackFactors.b, vuf );
	float gf = modf( vuf * ShiftRight8, vuf );
	return vec3( vuf * Inv255, gf * PackUpscale, bf );
}
vec2 packDepthToRG( const in float v ) {
	if( v <= 0.0 )
		return vec2( 0., 0. );
	if( v >= 1.0 )
		return vec2( 1., 1. );
	float vuf;
	float gf = modf( v * 256., vuf );
	return vec2( vuf * Inv255, gf );
}
float unpackRGBAToDepth( const in vec4 v ) {
	return dot( v, UnpackFactors4 );
}
float unpackRGBToDepth( const in vec3 v ) {
	return dot( v, UnpackFactors3 );
}
float unpackRGToDepth( const in vec2 v ) {
	return v.r * UnpackFactors2.r + v.g * UnpackFactors2.g;
}
vec4 pack2HalfToRGBA( const in vec2 v ) {
	vec4 r = vec4( v.x, fract( v.x * 255.0 ), v.y, fract( v.y * 255.0 ) );
	return vec4( r.x - r.y / 255.0, r.y, r.z - r.w / 255.0, r.w );
}
vec2 unpackRGBATo2Half( const in vec4 v ) {
	return vec2( v.x + ( v.y / 255.0 ), v.z + ( v.w / 255.0 ) );
}
float viewZToOrthographicDepth( const in float viewZ, const in float near, const in float far ) {
	return ( viewZ + near ) / ( near - far );
}
float orthographicDepthToViewZ( const in float depth, const in float near, const in float far ) {
	#ifdef USE_REVERSED_DEPTH_BUFFER
	
		return depth * ( far - near ) - far;
	#else
		return depth * ( near - far ) - near;
	#endif
}
float viewZToPerspectiveDepth( const in float viewZ, const in float near, const in float far ) {
	return ( ( near + viewZ ) * far ) / ( ( far - near ) * viewZ );
}
float perspectiveDepthToViewZ( const in float depth, const in float near, const in float far ) {
	
	#ifdef USE_REVERSED_DEPTH_BUFFER
		return ( near * far ) / ( ( near - far ) * depth - near );
	#else
		return ( near * far ) / ( ( far - near ) * depth - far );
	#endif
}`,Jg=`#ifdef PREMULTIPLIED_ALPHA
	gl_FragColor.rgb *= gl_FragColor.a;
#endif`,Qg=`vec4 mvPosition = vec4( transformed, 1.0 );
#ifdef USE_BATCHING
	mvPosition = batchingMatrix * mvPosition;
#endif
#ifdef USE_INSTANCING
	mvPosition = instanceMatrix * mvPosition;
#endif
mvPosition = modelViewMatrix * mvPosition;
gl_Position = projectionMatrix * mvPosition;`,e_=`#ifdef DITHERING
	gl_FragColor.rgb = dithering( gl_FragColor.rgb );
#endif`,t_=`#ifdef DITHERING
	vec3 dithering( vec3 color ) {
		float grid_position = rand( gl_FragCoord.xy );
		vec3 dither_shift_RGB = vec3( 0.25 / 255.0, -0.25 / 255.0, 0.25 / 255.0 );
		dither_shift_RGB = mix( 2.0 * dither_shift_RGB, -2.0 * dither_shift_RGB, grid_position );
		return color + dither_shift_RGB;
	}
#endif`,n_=`float roughnessFactor = roughness;
#ifdef USE_ROUGHNESSMAP
	vec4 texelRoughness = texture2D( roughnessMap, vRoughnessMapUv );
	roughnessFactor *= texelRoughness.g;
#endif`,i_=`#ifdef USE_ROUGHNESSMAP
	uniform sampler2D roughnessMap;
#endif`,s_=`#if NUM_SPOT_LIGHT_COORDS > 0
	varying vec4 vSpotLightCoord[ NUM_SPOT_LIGHT_COORDS ];
#endif
#if NUM_SPOT_LIGHT_MAPS > 0
	uniform sampler2D spotLightMap[ NUM_SPOT_LIGHT_MAPS ];
#endif
#ifdef USE_SHADOWMAP
	#if NUM_SUN_LIGHT_SHADOWS > 0
		#define SUN_LIGHT_CASCADES 2
		#if defined( SHADOWMAP_TYPE_PCF )
			uniform sampler2DShadow sunShadowMap[ NUM_SUN_LIGHT_SHADOWS ];
		#else
			uniform sampler2D sunShadowMap[ NUM_SUN_LIGHT_SHADOWS ];
		#endif
		uniform mat4 sunShadowMatrix[ NUM_SUN_LIGHT_SHADOWS * SUN_LIGHT_CASCADES ];
		uniform vec4 sunShadowCascade[ NUM_SUN_LIGHT_SHADOWS * SUN_LIGHT_CASCADES ];
		varying vec4 vSunShadowWorldPosition;
		varying vec3 vSunShadowWorldNormal;
		struct SunLightShadow {
			float shadowIntensity;
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
		};
		uniform SunLightShadow sunLightShadows[ NUM_SUN_LIGHT_SHADOWS ];
	#endif
	#if NUM_DIR_LIGHT_SHADOWS > 0
		#if defined( SHADOWMAP_TYPE_PCF )
			uniform sampler2DShadow directionalShadowMap[ NUM_DIR_LIGHT_SHADOWS ];
		#else
			uniform sampler2D directionalShadowMap[ NUM_DIR_LIGHT_SHADOWS ];
		#endif
		varying vec4 vDirectionalShadowCoord[ NUM_DIR_LIGHT_SHADOWS ];
		struct DirectionalLightShadow {
			float shadowIntensity;
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
		};
		uniform DirectionalLightShadow directionalLightShadows[ NUM_DIR_LIGHT_SHADOWS ];
	#endif
	#if NUM_SPOT_LIGHT_SHADOWS > 0
		#if defined( SHADOWMAP_TYPE_PCF )
			uniform sampler2DShadow spotShadowMap[ NUM_SPOT_LIGHT_SHADOWS ];
		#else
			uniform sampler2D spotShadowMap[ NUM_SPOT_LIGHT_SHADOWS ];
		#endif
		struct SpotLightShadow {
			float shadowIntensity;
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
		};
		uniform SpotLightShadow spotLightShadows[ NUM_SPOT_LIGHT_SHADOWS ];
	#endif
	#if NUM_POINT_LIGHT_SHADOWS > 0
		#if defined( SHADOWMAP_TYPE_PCF )
			uniform samplerCubeShadow pointShadowMap[ NUM_POINT_LIGHT_SHADOWS ];
		#elif defined( SHADOWMAP_TYPE_BASIC )
			uniform samplerCube pointShadowMap[ NUM_POINT_LIGHT_SHADOWS ];
		#endif
		varying vec4 vPointShadowCoord[ NUM_POINT_LIGHT_SHADOWS ];
		struct PointLightShadow {
			float shadowIntensity;
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
			float shadowCameraNear;
			float shadowCameraFar;
		};
		uniform PointLightShadow pointLightShadows[ NUM_POINT_LIGHT_SHADOWS ];
	#endif
	#if defined( SHADOWMAP_TYPE_PCF )
		float interleavedGradientNoise( vec2 position ) {
			return fract( 52.9829189 * fract( dot( position, vec2( 0.06711056, 0.00583715 ) ) ) );
		}
		vec2 vogelDiskSample( int sampleIndex, int samplesCount, float phi ) {
			const float goldenAngle = 2.399963229728653;
			float r = sqrt( ( float( sampleIndex ) + 0.5 ) / float( samplesCount ) );
			float theta = float( sampleIndex ) * goldenAngle + phi;
			return vec2( cos( theta ), sin( theta ) ) * r;
		}
	#endif
	#if defined( SHADOWMAP_TYPE_PCF )
		float getShadow( sampler2DShadow shadowMap, vec2 shadowMapSize, float shadowIntensity, float shadowBias, float shadowRadius, vec4 shadowCoord ) {
			float shadow = 1.0;
			shadowCoord.xyz /= shadowCoord.w;
			#ifdef USE_REVERSED_DEPTH_BUFFER
				shadowCoord.z -= shadowBias;
			#else
				shadowCoord.z += shadowBias;
			#endif
			bool inFrustum = shadowCoord.x >= 0.0 && shadowCoord.x <= 1.0 && shadowCoord.y >= 0.0 && shadowCoord.y <= 1.0;
			bool frustumTest = inFrustum && shadowCoord.z <= 1.0;
			if ( frustumTest ) {
				vec2 texelSize = vec2( 1.0 ) / shadowMapSize;
				vec2 radius = shadowRadius * texelSize;
				float phi = interleavedGradientNoise( gl_FragCoord.xy ) * PI2;
				shadow = (
					texture( shadowMap, vec3( shadowCoord.xy + vogelDiskSample( 0, 5, phi ) * radius, shadowCoord.z ) ) +
					texture( shadowMap, vec3( shadowCoord.xy + vogelDiskSample( 1, 5, phi ) * radius, shadowCoord.z ) ) +
					texture( shadowMap, vec3( shadowCoord.xy + vogelDiskSample( 2, 5, phi ) * radius, shadowCoord.z ) ) +
					texture( shadowMap, vec3( shadowCoord.xy + vogelDiskSample( 3, 5, phi ) * radius, shadowCoord.z ) ) +
					texture( shadowMap, vec3( shadowCoord.xy + vogelDiskSample( 4, 5, phi ) * radius, shadowCoord.z ) )
				) * 0.2;
			}
			return mix( 1.0, shadow, shadowIntensity );
		}
	#elif defined( SHADOWMAP_TYPE_VSM )
		float getShadow( sampler2D shadowMap, vec2 shadowMapSize, float shadowIntensity, float shadowBias, float shadowRadius, vec4 shadowCoord ) {
			float shadow = 1.0;
			shadowCoord.xyz /= shadowCoord.w;
			#ifdef USE_REVERSED_DEPTH_BUFFER
				shadowCoord.z -= shadowBias;
			#else
				shadowCoord.z += shadowBias;
			#endif
			bool inFrustum = shadowCoord.x >= 0.0 && shadowCoord.x <= 1.0 && shadowCoord.y >= 0.0 && shadowCoord.y <= 1.0;
			bool frustumTest = inFrustum && shadowCoord.z <= 1.0;
			if ( frustumTest ) {
				vec2 distribution = texture2D( shadowMap, shadowCoord.xy ).rg;
				float mean = distribution.x;
				float variance = distribution.y * distribution.y;
				#ifdef USE_REVERSED_DEPTH_BUFFER
					float hard_shadow = step( mean, shadowCoord.z );
				#else
					float hard_shadow = step( shadowCoord.z, mean );
				#endif
				
				if ( hard_shadow == 1.0 ) {
					shadow = 1.0;
				} else {
					variance = max( variance, 0.0000001 );
					float d = shadowCoord.z - mean;
					float p_max = variance / ( variance + d * d );
					p_max = clamp( ( p_max - 0.3 ) / 0.65, 0.0, 1.0 );
					shadow = max( hard_shadow, p_max );
				}
			}
			return mix( 1.0, shadow, shadowIntensity );
		}
	#else
		float getShadow( sampler2D shadowMap, vec2 shadowMapSize, float shadowIntensity, float shadowBias, float shadowRadius, vec4 shadowCoord ) {
			float shadow = 1.0;
			shadowCoord.xyz /= shadowCoord.w;
			#ifdef USE_REVERSED_DEPTH_BUFFER
				shadowCoord.z -= shadowBias;
			#else
				shadowCoord.z += shadowBias;
			#endif
			bool inFrustum = shadowCoord.x >= 0.0 && shadowCoord.x <= 1.0 && shadowCoord.y >= 0.0 && shadowCoord.y <= 1.0;
			bool frustumTest = inFrustum && shadowCoord.z <= 1.0;
			if ( frustumTest ) {
				float depth = texture2D( shadowMap, shadowCoord.xy ).r;
				#ifdef USE_REVERSED_DEPTH_BUFFER
					shadow = step( depth, shadowCoord.z );
				#else
					shadow = step( shadowCoord.z, depth );
				#endif
			}
			return mix( 1.0, shadow, shadowIntensity );
		}
	#endif
	#if NUM_SUN_LIGHT_SHADOWS > 0
		float getSunShadow(
			#if defined( SHADOWMAP_TYPE_PCF )
				sampler2DShadow shadowMap,
			#else
				sampler2D shadowMap,
			#endif
			SunLightShadow sunLightShadow,
			int shadowIndex
		) {
			vec4 shadowWorldPosition = vec4( vSunShadowWorldPosition.xyz + vSunShadowWorldNormal * sunLightShadow.shadowNormalBias, 1.0 );
			float viewDepth = vSunShadowWorldPosition.w;
			int cascadeOffset = shadowIndex * SUN_LIGHT_CASCADES;
			float shadow = 1.0;
			for ( int i = SUN_LIGHT_CASCADES - 1; i >= 0; i -- ) {
				vec4 cascade = sunShadowCascade[ cascadeOffset + i ];
				if ( viewDepth >= cascade.x && viewDepth < cascade.y ) {
					float cascadeShadow = getShadow(
						shadowMap,
						sunLightShadow.shadowMapSize,
						sunLightShadow.shadowIntensity,
						sunLightShadow.shadowBias,
						sunLightShadow.shadowRadius,
						sunShadowMatrix[ cascadeOffset + i ] * shadowWorldPosition
					);
					shadow = mix( cascadeShadow, shadow, smoothstep( cascade.z, cascade.y, viewDepth ) );
				}
			}
			return shadow;
		}
	#endif
	#if NUM_POINT_LIGHT_SHADOWS > 0
	#if defined( SHADOWMAP_TYPE_PCF )
	float getPointShadow( samplerCubeShadow shadowMap, vec2 shadowMapSize, float shadowIntensity, float shadowBias, float shadowRadius, vec4 shadowCoord, float shadowCameraNear, float shadowCameraFar ) {
		float shadow = 1.0;
		vec3 lightToPosition = shadowCoord.xyz;
		vec3 bd3D = normalize( lightToPosition );
		vec3 absVec = abs( lightToPosition );
		float viewSpaceZ = max( max( absVec.x, absVec.y ), absVec.z );
		if ( viewSpaceZ - shadowCameraFar <= 0.0 && viewSpaceZ - shadowCameraNear >= 0.0 ) {
			float lightDistance = length( lightToPosition );
			float depthRange = shadowCameraFar - shadowCameraNear;
			#ifdef USE_REVERSED_DEPTH_BUFFER
				float depthA = - shadowCameraNear / depthRange - shadowBias;
				float depthB = shadowCameraNear * shadowCameraFar / ( depthRange * lightDistance );
			#else
				float depthA = shadowCameraFar / depthRange + shadowBias;
				float depthB = - shadowCameraNear * shadowCameraFar / ( depthRange * lightDistance );
			#endif
			float texelSize = shadowRadius / shadowMapSize.x;
			vec3 absDir = abs( bd3D );
			vec3 tangent = absDir.x > absDir.z ? vec3( 0.0, 1.0, 0.0 ) : vec3( 1.0, 0.0, 0.0 );
			tangent = normalize( cross( bd3D, tangent ) );
			vec3 bitangent = cross( bd3D, tangent );
			float phi = interleavedGradientNoise( gl_FragCoord.xy ) * PI2;
			shadow = 0.0;
			for ( int i = 0; i < 5; i ++ ) {
				vec2 offset = vogelDiskSample( i, 5, phi );
				vec3 direction = bd3D + ( tangent * offset.x + bitangent * offset.y ) * texelSize;
				vec3 absDirection = abs( direction );
				float dp = depthA + depthB / max( max( absDirection.x, absDirection.y ), absDirection.z );
				shadow += texture( shadowMap, vec4( direction, dp ) );
			}
			shadow *= 0.2;
		}
		return mix( 1.0, shadow, shadowIntensity );
	}
	#elif defined( SHADOWMAP_TYPE_BASIC )
	float getPointShadow( samplerCube shadowMap, vec2 shadowMapSize, float shadowIntensity, float shadowBias, float shadowRadius, vec4 shadowCoord, float shadowCameraNear, float shadowCameraFar ) {
		float shadow = 1.0;
		vec3 lightToPosition = shadowCoord.xyz;
		vec3 absVec = abs( lightToPosition );
		float viewSpaceZ = max( max( absVec.x, absVec.y ), absVec.z );
		if ( viewSpaceZ - shadowCameraFar <= 0.0 && viewSpaceZ - shadowCameraNear >= 0.0 ) {
			float dp = ( shadowCameraFar * ( viewSpaceZ - shadowCameraNear ) ) / ( viewSpaceZ * ( shadowCameraFar - shadowCameraNear ) );
			dp += shadowBias;
			vec3 bd3D = normalize( lightToPosition );
			float depth = textureCube( shadowMap, bd3D ).r;
			#ifdef USE_REVERSED_DEPTH_BUFFER
				depth = 1.0 - depth;
			#endif
			shadow = step( dp, depth );
		}
		return mix( 1.0, shadow, shadowIntensity );
	}
	#endif
	#endif
#endif`,r_=`#if NUM_SPOT_LIGHT_COORDS > 0
	uniform mat4 spotLightMatrix[ NUM_SPOT_LIGHT_COORDS ];
	varying vec4 vSpotLightCoord[ NUM_SPOT_LIGHT_COORDS ];
#endif
#ifdef USE_SHADOWMAP
	#if NUM_SUN_LIGHT_SHADOWS > 0
		varying vec4 vSunShadowWorldPosition;
		varying vec3 vSunShadowWorldNormal;
	#endif
	#if NUM_DIR_LIGHT_SHADOWS > 0
		uniform mat4 directionalShadowMatrix[ NUM_DIR_LIGHT_SHADOWS ];
		varying vec4 vDirectionalShadowCoord[ NUM_DIR_LIGHT_SHADOWS ];
		struct DirectionalLightShadow {
			float shadowIntensity;
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
		};
		uniform DirectionalLightShadow directionalLightShadows[ NUM_DIR_LIGHT_SHADOWS ];
	#endif
	#if NUM_SPOT_LIGHT_SHADOWS > 0
		struct SpotLightShadow {
			float shadowIntensity;
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
		};
		uniform SpotLightShadow spotLightShadows[ NUM_SPOT_LIGHT_SHADOWS ];
	#endif
	#if NUM_POINT_LIGHT_SHADOWS > 0
		uniform mat4 pointShadowMatrix[ NUM_POINT_LIGHT_SHADOWS ];
		varying vec4 vPointShadowCoord[ NUM_POINT_LIGHT_SHADOWS ];
		struct PointLightShadow {
			float shadowIntensity;
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
			float shadowCameraNear;
			float shadowCameraFar;
		};
		uniform PointLightShadow pointLightShadows[ NUM_POINT_LIGHT_SHADOWS ];
	#endif
#endif`,a_=`#if ( defined( USE_SHADOWMAP ) && ( NUM_DIR_LIGHT_SHADOWS > 0 || NUM_SUN_LIGHT_SHADOWS > 0 || NUM_POINT_LIGHT_SHADOWS > 0 ) ) || ( NUM_SPOT_LIGHT_COORDS > 0 )
	#ifdef HAS_NORMAL
		vec3 shadowWorldNormal = transformNormalByInverseViewMatrix( transformedNormal, viewMatrix );
	#else
		vec3 shadowWorldNormal = vec3( 0.0 );
	#endif
	vec4 shadowWorldPosition;
#endif
#if defined( USE_SHADOWMAP )
	#if NUM_SUN_LIGHT_SHADOWS > 0
		vSunShadowWorldPosition = vec4( worldPosition.xyz, - mvPosition.z );
		vSunShadowWorldNormal = shadowWorldNormal;
	#endif
	#if NUM_DIR_LIGHT_SHADOWS > 0
		#pragma unroll_loop_start
		for ( int i = 0; i < NUM_DIR_LIGHT_SHADOWS; i ++ ) {
			shadowWorldPosition = worldPosition + vec4( shadowWorldNormal * directionalLightShadows[ i ].shadowNormalBias, 0 );
			vDirectionalShadowCoord[ i ] = directionalShadowMatrix[ i ] * shadowWorldPosition;
		}
		#pragma unroll_loop_end
	#endif
	#if NUM_POINT_LIGHT_SHADOWS > 0
		#pragma unroll_loop_start
		for ( int i = 0; i < NUM_POINT_LIGHT_SHADOWS; i ++ ) {
			shadowWorldPosition = worldPosition + vec4( shadowWorldNormal * pointLightShadows[ i ].shadowNormalBias, 0 );
			vPointShadowCoord[ i ] = pointShadowMatrix[ i ] * shadowWorldPosition;
		}
		#pragma unroll_loop_end
	#endif
#endif
#if NUM_SPOT_LIGHT_COORDS > 0
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_SPOT_LIGHT_COORDS; i ++ ) {
		shadowWorldPosition = worldPosition;
		#if ( defined( USE_SHADOWMAP ) && UNROLLED_LOOP_INDEX < NUM_SPOT_LIGHT_SHADOWS )
			shadowWorldPosition.xyz += shadowWorldNormal * spotLightShadows[ i ].shadowNormalBias;
		#endif
		vSpotLightCoord[ i ] = spotLightMatrix[ i ] * shadowWorldPosition;
	}
	#pragma unroll_loop_end
#endif`,o_=`float getShadowMask() {
	float shadow = 1.0;
	#ifdef USE_SHADOWMAP
	#if NUM_SUN_LIGHT_SHADOWS > 0
	SunLightShadow sunLight;
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_SUN_LIGHT_SHADOWS; i ++ ) {
		sunLight = sunLightShadows[ i ];
		shadow *= receiveShadow ? getSunShadow( sunShadowMap[ i ], sunLight, UNROLLED_LOOP_INDEX ) : 1.0;
	}
	#pragma unroll_loop_end
	#endif
	#if NUM_DIR_LIGHT_SHADOWS > 0
	DirectionalLightShadow directionalLight;
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_DIR_LIGHT_SHADOWS; i ++ ) {
		directionalLight = directionalLightShadows[ i ];
		shadow *= receiveShadow ? getShadow( directionalShadowMap[ i ], directionalLight.shadowMapSize, directionalLight.shadowIntensity, directionalLight.shadowBias, directionalLight.shadowRadius, vDirectionalShadowCoord[ i ] ) : 1.0;
	}
	#pragma unroll_loop_end
	#endif
	#if NUM_SPOT_LIGHT_SHADOWS > 0
	SpotLightShadow spotLight;
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_SPOT_LIGHT_SHADOWS; i ++ ) {
		spotLight = spotLightShadows[ i ];
		shadow *= receiveShadow ? getShadow( spotShadowMap[ i ], spotLight.shadowMapSize, spotLight.shadowIntensity, spotLight.shadowBias, spotLight.shadowRadius, vSpotLightCoord[ i ] ) : 1.0;
	}
	#pragma unroll_loop_end
	#endif
	#if NUM_POINT_LIGHT_SHADOWS > 0 && ( defined( SHADOWMAP_TYPE_PCF ) || defined( SHADOWMAP_TYPE_BASIC ) )
	PointLightShadow pointLight;
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_POINT_LIGHT_SHADOWS; i ++ ) {
		pointLight = pointLightShadows[ i ];
		shadow *= receiveShadow ? getPointShadow( pointShadowMap[ i ], pointLight.shadowMapSize, pointLight.shadowIntensity, pointLight.shadowBias, pointLight.shadowRadius, vPointShadowCoord[ i ], pointLight.shadowCameraNear, pointLight.shadowCameraFar ) : 1.0;
	}
	#pragma unroll_loop_end
	#endif
	#endif
	return shadow;
}`,l_=`#ifdef USE_SKINNING
	mat4 boneMatX = getBoneMatrix( skinIndex.x );
	mat4 boneMatY = getBoneMatrix( skinIndex.y );
	mat4 boneMatZ = getBoneMatrix( skinIndex.z );
	mat4 boneMatW = getBoneMatrix( skinIndex.w );
#endif`,c_=`#ifdef USE_SKINNING
	uniform mat4 bindMatrix;
	uniform mat4 bindMatrixInverse;
	uniform highp sampler2D boneTexture;
	mat4 getBoneMatrix( const in float i ) {
		int size = textureSize( boneTexture, 0 ).x;
		int j = int( i ) * 4;
		int x = j % size;
		int y = j / size;
		vec4 v1 = texelFetch( boneTexture, ivec2( x, y ), 0 );
		vec4 v2 = texelFetch( boneTexture, ivec2( x + 1, y ), 0 );
		vec4 v3 = texelFetch( boneTexture, ivec2( x + 2, y ), 0 );
		vec4 v4 = texelFetch( boneTexture, ivec2( x + 3, y ), 0 );
		return mat4( v1, v2, v3, v4 );
	}
#endif`,h_=`#ifdef USE_SKINNING
	vec4 skinVertex = bindMatrix * vec4( transformed, 1.0 );
	vec4 skinned = vec4( 0.0 );
	skinned += boneMatX * skinVertex * skinWeight.x;
	skinned += boneMatY * skinVertex * skinWeight.y;
	skinned += boneMatZ * skinVertex * skinWeight.z;
	skinned += boneMatW * skinVertex * skinWeight.w;
	transformed = ( bindMatrixInverse * skinned ).xyz;
#endif`,d_=`#ifdef USE_SKINNING
	mat4 skinMatrix = mat4( 0.0 );
	skinMatrix += skinWeight.x * boneMatX;
	skinMatrix += skinWeight.y * boneMatY;
	skinMatrix += skinWeight.z * boneMatZ;
	skinMatrix += skinWeight.w * boneMatW;
	skinMatrix = bindMatrixInverse * skinMatrix * bindMatrix;
	objectNormal = vec4( skinMatrix * vec4( objectNormal, 0.0 ) ).xyz;
	#ifdef USE_TANGENT
		objectTangent = vec4( skinMatrix * vec4( objectTangent, 0.0 ) ).xyz;
	#endif
#endif`,u_=`float specularStrength;
#ifdef USE_SPECULARMAP
	vec4 texelSpecular = texture2D( specularMap, vSpecularMapUv );
	specularStrength = texelSpecular.r;
#else
	specularStrength = 1.0;
#endif`,f_=`#ifdef USE_SPECULARMAP
	uniform sampler2D specularMap;
#endif`,p_=`#if defined( TONE_MAPPING )
	gl_FragColor.rgb = toneMapping( gl_FragColor.rgb );
#endif`,m_=`#ifndef saturate
#define saturate( a ) clamp( a, 0.0, 1.0 )
#endif
uniform float toneMappingExposure;
vec3 LinearToneMapping( vec3 color ) {
	return saturate( toneMappingExposure * color );
}
vec3 ReinhardToneMapping( vec3 color ) {
	color *= toneMappingExposure;
	return saturate( color / ( vec3( 1.0 ) + color ) );
}
vec3 CineonToneMapping( vec3 color ) {
	color *= toneMappingExposure;
	color = max( vec3( 0.0 ), color - 0.004 );
	return pow( ( color * ( 6.2 * color + 0.5 ) ) / ( color * ( 6.2 * color + 1.7 ) + 0.06 ), vec3( 2.2 ) );
}
vec3 RRTAndODTFit( vec3 v ) {
	vec3 a = v * ( v + 0.0245786 ) - 0.000090537;
	vec3 b = v * ( 0.983729 * v + 0.4329510 ) + 0.238081;
	return a / b;
}
vec3 ACESFilmicToneMapping( vec3 color ) {
	const mat3 ACESInputMat = mat3(
		vec3( 0.59719, 0.07600, 0.02840 ),		vec3( 0.35458, 0.90834, 0.13383 ),
		vec3( 0.04823, 0.01566, 0.83777 )
	);
	const mat3 ACESOutputMat = mat3(
		vec3(  1.60475, -0.10208, -0.00327 ),		vec3( -0.53108,  1.10813, -0.07276 ),
		vec3( -0.07367, -0.00605,  1.07602 )
	);
	color *= toneMappingExposure / 0.6;
	color = ACESInputMat * color;
	color = RRTAndODTFit( color );
	color = ACESOutputMat * color;
	return saturate( color );
}
const mat3 LINEAR_REC2020_TO_LINEAR_SRGB = mat3(
	vec3( 1.6605, - 0.1246, - 0.0182 ),
	vec3( - 0.5876, 1.1329, - 0.1006 ),
	vec3( - 0.0728, - 0.0083, 1.1187 )
);
const mat3 LINEAR_SRGB_TO_LINEAR_REC2020 = mat3(
	vec3( 0.6274, 0.0691, 0.0164 ),
	vec3( 0.3293, 0.9195, 0.0880 ),
	vec3( 0.0433, 0.0113, 0.8956 )
);
vec3 agxDefaultContrastApprox( vec3 x ) {
	vec3 x2 = x * x;
	vec3 x4 = x2 * x2;
	return + 15.5 * x4 * x2
		- 40.14 * x4 * x
		+ 31.96 * x4
		- 6.868 * x2 * x
		+ 0.4298 * x2
		+ 0.1191 * x
		- 0.00232;
}
vec3 AgXToneMapping( vec3 color ) {
	const mat3 AgXInsetMatrix = mat3(
		vec3( 0.856627153315983, 0.137318972929847, 0.11189821299995 ),
		vec3( 0.0951212405381588, 0.761241990602591, 0.0767994186031903 ),
		vec3( 0.0482516061458583, 0.101439036467562, 0.811302368396859 )
	);
	const mat3 AgXOutsetMatrix = mat3(
		vec3( 1.1271005818144368, - 0.1413297634984383, - 0.14132976349843826 ),
		vec3( - 0.11060664309660323, 1.157823702216272, - 0.11060664309660294 ),
		vec3( - 0.016493938717834573, - 0.016493938717834257, 1.2519364065950405 )
	);
	const float AgxMinEv = - 12.47393;	const float AgxMaxEv = 4.026069;
	color *= toneMappingExposure;
	color = LINEAR_SRGB_TO_LINEAR_REC2020 * color;
	color = AgXInsetMatrix * color;
	color = max( color, 1e-10 );	color = log2( color );
	color = ( color - AgxMinEv ) / ( AgxMaxEv - AgxMinEv );
	color = clamp( color, 0.0, 1.0 );
	color = agxDefaultContrastApprox( color );
	color = AgXOutsetMatrix * color;
	color = pow( max( vec3( 0.0 ), color ), vec3( 2.2 ) );
	color = LINEAR_REC2020_TO_LINEAR_SRGB * color;
	color = clamp( color, 0.0, 1.0 );
	return color;
}
vec3 NeutralToneMapping( vec3 color ) {
	const float StartCompression = 0.8 - 0.04;
	const float Desaturation = 0.15;
	color *= toneMappingExposure;
	float x = min( color.r, min( color.g, color.b ) );
	float offset = x < 0.08 ? x - 6.25 * x * x : 0.04;
	color -= offset;
	float peak = max( color.r, max( color.g, color.b ) );
	if ( peak < StartCompression ) return color;
	float d = 1. - StartCompression;
	float newPeak = 1. - d * d / ( peak + d - StartCompression );
	color *= newPeak / peak;
	float g = 1. - 1. / ( Desaturation * ( peak - newPeak ) + 1. );
	return mix( color, vec3( newPeak ), g );
}
vec3 CustomToneMapping( vec3 color ) { return color; }`,g_=`#ifdef USE_TRANSMISSION
	material.transmission = transmission;
	material.transmissionAlpha = 1.0;
	material.thickness = thickness;
	material.attenuationDistance = attenuationDistance;
	material.attenuationColor = attenuationColor;
	#ifdef USE_TRANSMISSIONMAP
		material.transmission *= texture2D( transmissionMap, vTransmissionMapUv ).r;
	#endif
	#ifdef USE_THICKNESSMAP
		material.thickness *= texture2D( thicknessMap, vThicknessMapUv ).g;
	#endif
	vec3 pos = vWorldPosition;
	vec3 v = normalize( cameraPosition - pos );
	vec3 n = transformNormalByInverseViewMatrix( normal, viewMatrix );
	vec4 transmitted = getIBLVolumeRefraction(
		n, v, material.roughness, material.diffuseContribution, material.specularColorBlended, material.specularF90,
		pos, modelMatrix, viewMatrix, projectionMatrix, material.dispersion, material.ior, material.thickness,
		material.attenuationColor, material.attenuationDistance );
	material.transmissionAlpha = mix( material.transmissionAlpha, transmitted.a, material.transmission );
	totalDiffuse = mix( totalDiffuse, transmitted.rgb, material.transmission );
#endif`,__=`#ifdef USE_TRANSMISSION
	uniform float transmission;
	uniform float thickness;
	uniform float attenuationDistance;
	uniform vec3 attenuationColor;
	#ifdef USE_TRANSMISSIONMAP
		uniform sampler2D transmissionMap;
	#endif
	#ifdef USE_THICKNESSMAP
		uniform sampler2D thicknessMap;
	#endif
	uniform vec2 transmissionSamplerSize;
	uniform sampler2D transmissionSamplerMap;
	uniform mat4 modelMatrix;
	uniform mat4 projectionMatrix;
	varying vec3 vWorldPosition;
	float w0( float a ) {
		return ( 1.0 / 6.0 ) * ( a * ( a * ( - a + 3.0 ) - 3.0 ) + 1.0 );
	}
	float w1( float a ) {
		return ( 1.0 / 6.0 ) * ( a *  a * ( 3.0 * a - 6.0 ) + 4.0 );
	}
	float w2( float a ){
		return ( 1.0 / 6.0 ) * ( a * ( a * ( - 3.0 * a + 3.0 ) + 3.0 ) + 1.0 );
	}
	float w3( float a ) {
		return ( 1.0 / 6.0 ) * ( a * a * a );
	}
	float g0( float a ) {
		return w0( a ) + w1( a );
	}
	float g1( float a ) {
		return w2( a ) + w3( a );
	}
	float h0( float a ) {
		return - 1.0 + w1( a ) / ( w0( a ) + w1( a ) );
	}
	float h1( float a ) {
		return 1.0 + w3( a ) / ( w2( a ) + w3( a ) );
	}
	vec4 bicubic( sampler2D tex, vec2 uv, vec4 texelSize, float lod ) {
		uv = uv * texelSize.zw + 0.5;
		vec2 iuv = floor( uv );
		vec2 fuv = fract( uv );
		float g0x = g0( fuv.x );
		float g1x = g1( fuv.x );
		float h0x = h0( fuv.x );
		float h1x = h1( fuv.x );
		float h0y = h0( fuv.y );
		float h1y = h1( fuv.y );
		vec2 p0 = ( vec2( iuv.x + h0x, iuv.y + h0y ) - 0.5 ) * texelSize.xy;
		vec2 p1 = ( vec2( iuv.x + h1x, iuv.y + h0y ) - 0.5 ) * texelSize.xy;
		vec2 p2 = ( vec2( iuv.x + h0x, iuv.y + h1y ) - 0.5 ) * texelSize.xy;
		vec2 p3 = ( vec2( iuv.x + h1x, iuv.y + h1y ) - 0.5 ) * texelSize.xy;
		return g0( fuv.y ) * ( g0x * textureLod( tex, p0, lod ) + g1x * textureLod( tex, p1, lod ) ) +
			g1( fuv.y ) * ( g0x * textureLod( tex, p2, lod ) + g1x * textureLod( tex, p3, lod ) );
	}
	vec4 textureBicubic( sampler2D sampler, vec2 uv, float lod ) {
		vec2 fLodSize = vec2( textureSize( sampler, int( lod ) ) );
		vec2 cLodSize = vec2( textureSize( sampler, int( lod + 1.0 ) ) );
		vec2 fLodSizeInv = 1.0 / fLodSize;
		vec2 cLodSizeInv = 1.0 / cLodSize;
		vec4 fSample = bicubic( sampler, uv, vec4( fLodSizeInv, fLodSize ), floor( lod ) );
		vec4 cSample = bicubic( sampler, uv, vec4( cLodSizeInv, cLodSize ), ceil( lod ) );
		return mix( fSample, cSample, fract( lod ) );
	}
	vec3 getVolumeTransmissionRay( const in vec3 n, const in vec3 v, const in float thickness, const in float ior, const in mat4 modelMatrix ) {
		vec3 refractionVector = refract( - v, normalize( n ), 1.0 / ior );
		vec3 modelScale;
		modelScale.x = length( vec3( modelMatrix[ 0 ].xyz ) );
		modelScale.y = length( vec3( modelMatrix[ 1 ].xyz ) );
		modelScale.z = length( vec3( modelMatrix[ 2 ].xyz ) );
		return normalize( refractionVector ) * thickness * modelScale;
	}
	float applyIorToRoughness( const in float roughness, const in float ior ) {
		return roughness * clamp( ior * 2.0 - 2.0, 0.0, 1.0 );
	}
	vec4 getTransmissionSample( const in vec2 fragCoord, const in float roughness, const in float ior ) {
		float lod = log2( transmissionSamplerSize.x ) * applyIorToRoughness( roughness, ior );
		return textureBicubic( transmissionSamplerMap, fragCoord.xy, lod );
	}
	vec3 volumeAttenuation( const in float transmissionDistance, const in vec3 attenuationColor, const in float attenuationDistance ) {
		if ( isinf( attenuationDistance ) ) {
			return vec3( 1.0 );
		} else {
			vec3 attenuationCoefficient = -log( attenuationColor ) / attenuationDistance;
			vec3 transmittance = exp( - attenuationCoefficient * transmissionDistance );			return transmittance;
		}
	}
	vec4 getIBLVolumeRefraction( const in vec3 n, const in vec3 v, const in float roughness, const in vec3 diffuseColor,
		const in vec3 specularColor, const in float specularF90, const in vec3 position, const in mat4 modelMatrix,
		const in mat4 viewMatrix, const in mat4 projMatrix, const in float dispersion, const in float ior, const in float thickness,
		const in vec3 attenuationColor, const in float attenuationDistance ) {
		vec4 transmittedLight;
		vec3 transmittance;
		#ifdef USE_DISPERSION
			float halfSpread = ( ior - 1.0 ) * 0.025 * dispersion;
			vec3 iors = vec3( ior - halfSpread, ior, ior + halfSpread );
			for ( int i = 0; i < 3; i ++ ) {
				vec3 transmissionRay = getVolumeTransmissionRay( n, v, thickness, iors[ i ], modelMatrix );
				vec3 refractedRayExit = position + transmissionRay;
				vec4 ndcPos = projMatrix * viewMatrix * vec4( refractedRayExit, 1.0 );
				vec2 refractionCoords = ndcPos.xy / ndcPos.w;
				refractionCoords += 1.0;
				refractionCoords /= 2.0;
				vec4 transmissionSample = getTransmissionSample( refractionCoords, roughness, iors[ i ] );
				transmittedLight[ i ] = transmissionSample[ i ];
				transmittedLight.a += transmissionSample.a;
				transmittance[ i ] = diffuseColor[ i ] * volumeAttenuation( length( transmissionRay ), attenuationColor, attenuationDistance )[ i ];
			}
			transmittedLight.a /= 3.0;
		#else
			vec3 transmissionRay = getVolumeTransmissionRay( n, v, thickness, ior, modelMatrix );
			vec3 refractedRayExit = position + transmissionRay;
			vec4 ndcPos = projMatrix * viewMatrix * vec4( refractedRayExit, 1.0 );
			vec2 refractionCoords = ndcPos.xy / ndcPos.w;
			refractionCoords += 1.0;
			refractionCoords /= 2.0;
			transmittedLight = getTransmissionSample( refractionCoords, roughness, ior );
			transmittance = diffuseColor * volumeAttenuation( length( transmissionRay ), attenuationColor, attenuationDistance );
		#endif
		vec3 attenuatedColor = transmittance * transmittedLight.rgb;
		vec3 F = EnvironmentBRDF( n, v, specularColor, specularF90, roughness );
		float transmittanceFactor = ( transmittance.r + transmittance.g + transmittance.b ) / 3.0;
		return vec4( ( 1.0 - F ) * attenuatedColor, 1.0 - ( 1.0 - transmittedLight.a ) * transmittanceFactor );
	}
#endif`,v_=`#if defined( USE_UV ) || defined( USE_ANISOTROPY )
	varying vec2 vUv;
#endif
#ifdef USE_MAP
	varying vec2 vMapUv;
#endif
#ifdef USE_ALPHAMAP
	varying vec2 vAlphaMapUv;
#endif
#ifdef USE_LIGHTMAP
	varying vec2 vLightMapUv;
#endif
#ifdef USE_AOMAP
	varying vec2 vAoMapUv;
#endif
#ifdef USE_BUMPMAP
	varying vec2 vBumpMapUv;
#endif
#ifdef USE_NORMALMAP
	varying vec2 vNormalMapUv;
#endif
#ifdef USE_EMISSIVEMAP
	varying vec2 vEmissiveMapUv;
#endif
#ifdef USE_METALNESSMAP
	varying vec2 vMetalnessMapUv;
#endif
#ifdef USE_ROUGHNESSMAP
	varying vec2 vRoughnessMapUv;
#endif
#ifdef USE_DIFFUSE_ROUGHNESSMAP
	varying vec2 vDiffuseRoughnessMapUv;
#endif
#ifdef USE_ANISOTROPYMAP
	varying vec2 vAnisotropyMapUv;
#endif
#ifdef USE_CLEARCOATMAP
	varying vec2 vClearcoatMapUv;
#endif
#ifdef USE_CLEARCOAT_NORMALMAP
	varying vec2 vClearcoatNormalMapUv;
#endif
#ifdef USE_CLEARCOAT_ROUGHNESSMAP
	varying vec2 vClearcoatRoughnessMapUv;
#endif
#ifdef USE_IRIDESCENCEMAP
	varying vec2 vIridescenceMapUv;
#endif
#ifdef USE_IRIDESCENCE_THICKNESSMAP
	varying vec2 vIridescenceThicknessMapUv;
#endif
#ifdef USE_SHEEN_COLORMAP
	varying vec2 vSheenColorMapUv;
#endif
#ifdef USE_SHEEN_ROUGHNESSMAP
	varying vec2 vSheenRoughnessMapUv;
#endif
#ifdef USE_SPECULARMAP
	varying vec2 vSpecularMapUv;
#endif
#ifdef USE_SPECULAR_COLORMAP
	varying vec2 vSpecularColorMapUv;
#endif
#ifdef USE_SPECULAR_INTENSITYMAP
	varying vec2 vSpecularIntensityMapUv;
#endif
#ifdef USE_TRANSMISSIONMAP
	uniform mat3 transmissionMapTransform;
	varying vec2 vTransmissionMapUv;
#endif
#ifdef USE_THICKNESSMAP
	uniform mat3 thicknessMapTransform;
	varying vec2 vThicknessMapUv;
#endif`,x_=`#if defined( USE_UV ) || defined( USE_ANISOTROPY )
	varying vec2 vUv;
#endif
#ifdef USE_MAP
	uniform mat3 mapTransform;
	varying vec2 vMapUv;
#endif
#ifdef USE_ALPHAMAP
	uniform mat3 alphaMapTransform;
	varying vec2 vAlphaMapUv;
#endif
#ifdef USE_LIGHTMAP
	uniform mat3 lightMapTransform;
	varying vec2 vLightMapUv;
#endif
#ifdef USE_AOMAP
	uniform mat3 aoMapTransform;
	varying vec2 vAoMapUv;
#endif
#ifdef USE_BUMPMAP
	uniform mat3 bumpMapTransform;
	varying vec2 vBumpMapUv;
#endif
#ifdef USE_NORMALMAP
	uniform mat3 normalMapTransform;
	varying vec2 vNormalMapUv;
#endif
#ifdef USE_DISPLACEMENTMAP
	uniform mat3 displacementMapTransform;
	varying vec2 vDisplacementMapUv;
#endif
#ifdef USE_EMISSIVEMAP
	uniform mat3 emissiveMapTransform;
	varying vec2 vEmissiveMapUv;
#endif
#ifdef USE_METALNESSMAP
	uniform mat3 metalnessMapTransform;
	varying vec2 vMetalnessMapUv;
#endif
#ifdef USE_ROUGHNESSMAP
	uniform mat3 roughnessMapTransform;
	varying vec2 vRoughnessMapUv;
#endif
#ifdef USE_DIFFUSE_ROUGHNESSMAP
	uniform mat3 diffuseRoughnessMapTransform;
	varying vec2 vDiffuseRoughnessMapUv;
#endif
#ifdef USE_ANISOTROPYMAP
	uniform mat3 anisotropyMapTransform;
	varying vec2 vAnisotropyMapUv;
#endif
#ifdef USE_CLEARCOATMAP
	uniform mat3 clearcoatMapTransform;
	varying vec2 vClearcoatMapUv;
#endif
#ifdef USE_CLEARCOAT_NORMALMAP
	uniform mat3 clearcoatNormalMapTransform;
	varying vec2 vClearcoatNormalMapUv;
#endif
#ifdef USE_CLEARCOAT_ROUGHNESSMAP
	uniform mat3 clearcoatRoughnessMapTransform;
	varying vec2 vClearcoatRoughnessMapUv;
#endif
#ifdef USE_SHEEN_COLORMAP
	uniform mat3 sheenColorMapTransform;
	varying vec2 vSheenColorMapUv;
#endif
#ifdef USE_SHEEN_ROUGHNESSMAP
	uniform mat3 sheenRoughnessMapTransform;
	varying vec2 vSheenRoughnessMapUv;
#endif
#ifdef USE_IRIDESCENCEMAP
	uniform mat3 iridescenceMapTransform;
	varying vec2 vIridescenceMapUv;
#endif
#ifdef USE_IRIDESCENCE_THICKNESSMAP
	uniform mat3 iridescenceThicknessMapTransform;
	varying vec2 vIridescenceThicknessMapUv;
#endif
#ifdef USE_SPECULARMAP
	uniform mat3 specularMapTransform;
	varying vec2 vSpecularMapUv;
#endif
#ifdef USE_SPECULAR_COLORMAP
	uniform mat3 specularColorMapTransform;
	varying vec2 vSpecularColorMapUv;
#endif
#ifdef USE_SPECULAR_INTENSITYMAP
	uniform mat3 specularIntensityMapTransform;
	varying vec2 vSpecularIntensityMapUv;
#endif
#ifdef USE_TRANSMISSIONMAP
	uniform mat3 transmissionMapTransform;
	varying vec2 vTransmissionMapUv;
#endif
#ifdef USE_THICKNESSMAP
	uniform mat3 thicknessMapTransform;
	varying vec2 vThicknessMapUv;
#endif`,y_=`#if defined( USE_UV ) || defined( USE_ANISOTROPY )
	vUv = vec3( uv, 1 ).xy;
#endif
#ifdef USE_MAP
	vMapUv = ( mapTransform * vec3( MAP_UV, 1 ) ).xy;
#endif
#ifdef USE_ALPHAMAP
	vAlphaMapUv = ( alphaMapTransform * vec3( ALPHAMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_LIGHTMAP
	vLightMapUv = ( lightMapTransform * vec3( LIGHTMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_AOMAP
	vAoMapUv = ( aoMapTransform * vec3( AOMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_BUMPMAP
	vBumpMapUv = ( bumpMapTransform * vec3( BUMPMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_NORMALMAP
	vNormalMapUv = ( normalMapTransform * vec3( NORMALMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_DISPLACEMENTMAP
	vDisplacementMapUv = ( displacementMapTransform * vec3( DISPLACEMENTMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_EMISSIVEMAP
	vEmissiveMapUv = ( emissiveMapTransform * vec3( EMISSIVEMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_METALNESSMAP
	vMetalnessMapUv = ( metalnessMapTransform * vec3( METALNESSMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_ROUGHNESSMAP
	vRoughnessMapUv = ( roughnessMapTransform * vec3( ROUGHNESSMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_DIFFUSE_ROUGHNESSMAP
	vDiffuseRoughnessMapUv = ( diffuseRoughnessMapTransform * vec3( DIFFUSE_ROUGHNESSMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_ANISOTROPYMAP
	vAnisotropyMapUv = ( anisotropyMapTransform * vec3( ANISOTROPYMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_CLEARCOATMAP
	vClearcoatMapUv = ( clearcoatMapTransform * vec3( CLEARCOATMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_CLEARCOAT_NORMALMAP
	vClearcoatNormalMapUv = ( clearcoatNormalMapTransform * vec3( CLEARCOAT_NORMALMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_CLEARCOAT_ROUGHNESSMAP
	vClearcoatRoughnessMapUv = ( clearcoatRoughnessMapTransform * vec3( CLEARCOAT_ROUGHNESSMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_IRIDESCENCEMAP
	vIridescenceMapUv = ( iridescenceMapTransform * vec3( IRIDESCENCEMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_IRIDESCENCE_THICKNESSMAP
	vIridescenceThicknessMapUv = ( iridescenceThicknessMapTransform * vec3( IRIDESCENCE_THICKNESSMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_SHEEN_COLORMAP
	vSheenColorMapUv = ( sheenColorMapTransform * vec3( SHEEN_COLORMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_SHEEN_ROUGHNESSMAP
	vSheenRoughnessMapUv = ( sheenRoughnessMapTransform * vec3( SHEEN_ROUGHNESSMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_SPECULARMAP
	vSpecularMapUv = ( specularMapTransform * vec3( SPECULARMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_SPECULAR_COLORMAP
	vSpecularColorMapUv = ( specularColorMapTransform * vec3( SPECULAR_COLORMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_SPECULAR_INTENSITYMAP
	vSpecularIntensityMapUv = ( specularIntensityMapTransform * vec3( SPECULAR_INTENSITYMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_TRANSMISSIONMAP
	vTransmissionMapUv = ( transmissionMapTransform * vec3( TRANSMISSIONMAP_UV, 1 ) ).xy;
#endif
#ifdef USE_THICKNESSMAP
	vThicknessMapUv = ( thicknessMapTransform * vec3( THICKNESSMAP_UV, 1 ) ).xy;
#endif`,M_=`#if defined( USE_ENVMAP ) || defined( DISTANCE ) || defined ( USE_SHADOWMAP ) || defined ( USE_TRANSMISSION ) || NUM_SPOT_LIGHT_COORDS > 0
	vec4 worldPosition = vec4( transformed, 1.0 );
	#ifdef USE_BATCHING
		worldPosition = batchingMatrix * worldPosition;
	#endif
	#ifdef USE_INSTANCING
		worldPosition = instanceMatrix * worldPosition;
	#endif
	worldPosition = modelMatrix * worldPosition;
#endif`;const S_=`varying vec2 vUv;
uniform mat3 uvTransform;
void main() {
	vUv = ( uvTransform * vec3( uv, 1 ) ).xy;
	gl_Position = vec4( position.xy, 1.0, 1.0 );
}`,b_=`uniform sampler2D t2D;
uniform float backgroundIntensity;
varying vec2 vUv;
void main() {
	vec4 texColor = texture2D( t2D, vUv );
	#ifdef DECODE_VIDEO_TEXTURE
		texColor = vec4( mix( pow( texColor.rgb * 0.9478672986 + vec3( 0.0521327014 ), vec3( 2.4 ) ), texColor.rgb * 0.0773993808, vec3( lessThanEqual( texColor.rgb, vec3( 0.04045 ) ) ) ), texColor.w );
	#endif
	texColor.rgb *= backgroundIntensity;
	gl_FragColor = texColor;
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
}`,E_=`varying vec3 vWorldDirection;
#include <common>
void main() {
	vWorldDirection = transformDirection( position, modelMatrix );
	#include <begin_vertex>
	#include <project_vertex>
	gl_Position.z = gl_Position.w;
}`,w_=`uniform float backgroundBlurriness;
uniform float backgroundIntensity;
uniform mat3 backgroundRotation;
varying vec3 vWorldDirection;
#include <envmap_common_pars_fragment>
void main() {
	#ifdef ENVMAP_TYPE_PMREM
		vec4 texColor = textureLod( envMap, backgroundRotation * vWorldDirection, roughnessToMip( backgroundBlurriness ) );
	#else
		vec4 texColor = textureCube( envMap, backgroundRotation * vWorldDirection );
	#endif
	texColor.rgb *= backgroundIntensity;
	gl_FragColor = texColor;
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
}`,T_=`varying vec3 vWorldDirection;
#include <common>
void main() {
	vWorldDirection = transformDirection( position, modelMatrix );
	#include <begin_vertex>
	#include <project_vertex>
	gl_Position.z = gl_Position.w;
}`,A_=`uniform samplerCube tCube;
uniform float tFlip;
uniform float opacity;
varying vec3 vWorldDirection;
void main() {
	vec4 texColor = textureCube( tCube, vec3( tFlip * vWorldDirection.x, vWorldDirection.yz ) );
	gl_FragColor = texColor;
	gl_FragColor.a *= opacity;
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
}`,R_=`#include <common>
#include <batching_pars_vertex>
#include <uv_pars_vertex>
#include <displacementmap_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
varying vec2 vHighPrecisionZW;
void main() {
	#include <uv_vertex>
	#include <batching_vertex>
	#include <skinbase_vertex>
	#include <morphinstance_vertex>
	#ifdef USE_DISPLACEMENTMAP
		#include <beginnormal_vertex>
		#include <morphnormal_vertex>
		#include <skinnormal_vertex>
	#endif
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	vHighPrecisionZW = gl_Position.zw;
}`,C_=`#if DEPTH_PACKING == 3200
	uniform float opacity;
#endif
#include <common>
#include <packing>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
varying vec2 vHighPrecisionZW;
void main() {
	vec4 diffuseColor = vec4( 1.0 );
	#include <clipping_planes_fragment>
	#if DEPTH_PACKING == 3200
		diffuseColor.a = opacity;
	#endif
	#include <map_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	#include <logdepthbuf_fragment>
	#ifdef USE_REVERSED_DEPTH_BUFFER
		float fragCoordZ = vHighPrecisionZW[ 0 ] / vHighPrecisionZW[ 1 ];
	#else
		float fragCoordZ = 0.5 * vHighPrecisionZW[ 0 ] / vHighPrecisionZW[ 1 ] + 0.5;
	#endif
	#if DEPTH_PACKING == 3200
		gl_FragColor = vec4( vec3( 1.0 - fragCoordZ ), opacity );
	#elif DEPTH_PACKING == 3201
		gl_FragColor = packDepthToRGBA( fragCoordZ );
	#elif DEPTH_PACKING == 3202
		gl_FragColor = vec4( packDepthToRGB( fragCoordZ ), 1.0 );
	#elif DEPTH_PACKING == 3203
		gl_FragColor = vec4( packDepthToRG( fragCoordZ ), 0.0, 1.0 );
	#endif
}`,L_=`#define DISTANCE
varying vec3 vWorldPosition;
#include <common>
#include <batching_pars_vertex>
#include <uv_pars_vertex>
#include <displacementmap_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <batching_vertex>
	#include <skinbase_vertex>
	#include <morphinstance_vertex>
	#ifdef USE_DISPLACEMENTMAP
		#include <beginnormal_vertex>
		#include <morphnormal_vertex>
		#include <skinnormal_vertex>
	#endif
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <worldpos_vertex>
	#include <clipping_planes_vertex>
	vWorldPosition = worldPosition.xyz;
}`,P_=`#define DISTANCE
uniform vec3 referencePosition;
uniform float nearDistance;
uniform float farDistance;
varying vec3 vWorldPosition;
#include <common>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( 1.0 );
	#include <clipping_planes_fragment>
	#include <map_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	float dist = length( vWorldPosition - referencePosition );
	dist = ( dist - nearDistance ) / ( farDistance - nearDistance );
	dist = saturate( dist );
	gl_FragColor = vec4( dist, 0.0, 0.0, 1.0 );
}`,I_=`varying vec3 vWorldDirection;
#include <common>
void main() {
	vWorldDirection = transformDirection( position, modelMatrix );
	#include <begin_vertex>
	#include <project_vertex>
}`,D_=`uniform sampler2D tEquirect;
varying vec3 vWorldDirection;
#include <common>
void main() {
	vec3 direction = normalize( vWorldDirection );
	vec2 sampleUV = equirectUv( direction );
	gl_FragColor = texture2D( tEquirect, sampleUV );
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
}`,N_=`uniform float scale;
attribute float lineDistance;
varying float vLineDistance;
#include <common>
#include <uv_pars_vertex>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <morphtarget_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	vLineDistance = scale * lineDistance;
	#include <uv_vertex>
	#include <color_vertex>
	#include <morphinstance_vertex>
	#include <morphcolor_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	#include <fog_vertex>
}`,U_=`uniform vec3 diffuse;
uniform float opacity;
uniform float dashSize;
uniform float totalSize;
varying float vLineDistance;
#include <common>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <fog_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <clipping_planes_fragment>
	if ( mod( vLineDistance, totalSize ) > dashSize ) {
		discard;
	}
	vec3 outgoingLight = vec3( 0.0 );
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	outgoingLight = diffuseColor.rgb;
	#include <opaque_fragment>
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
}`,k_=`#include <common>
#include <batching_pars_vertex>
#include <uv_pars_vertex>
#include <envmap_pars_vertex>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <color_vertex>
	#include <morphinstance_vertex>
	#include <morphcolor_vertex>
	#include <batching_vertex>
	#if defined ( USE_ENVMAP ) || defined ( USE_SKINNING )
		#include <beginnormal_vertex>
		#include <morphnormal_vertex>
		#include <skinbase_vertex>
		#include <skinnormal_vertex>
		#include <defaultnormal_vertex>
	#endif
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	#include <worldpos_vertex>
	#include <envmap_vertex>
	#include <fog_vertex>
}`,O_=`uniform vec3 diffuse;
uniform float opacity;
#ifndef FLAT_SHADED
	varying vec3 vNormal;
#endif
#include <common>
#include <dithering_pars_fragment>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <aomap_pars_fragment>
#include <lightmap_pars_fragment>
#include <envmap_common_pars_fragment>
#include <envmap_pars_fragment>
#include <fog_pars_fragment>
#include <specularmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <clipping_planes_fragment>
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	#include <specularmap_fragment>
	ReflectedLight reflectedLight = ReflectedLight( vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ) );
	#ifdef USE_LIGHTMAP
		vec4 lightMapTexel = texture2D( lightMap, vLightMapUv );
		reflectedLight.indirectDiffuse += lightMapTexel.rgb * lightMapIntensity * RECIPROCAL_PI;
	#else
		reflectedLight.indirectDiffuse += vec3( 1.0 );
	#endif
	#include <aomap_fragment>
	reflectedLight.indirectDiffuse *= diffuseColor.rgb;
	vec3 outgoingLight = reflectedLight.indirectDiffuse;
	#include <envmap_fragment>
	#include <opaque_fragment>
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
	#include <dithering_fragment>
}`,F_=`#define LAMBERT
varying vec3 vViewPosition;
#include <common>
#include <batching_pars_vertex>
#include <uv_pars_vertex>
#include <displacementmap_pars_vertex>
#include <envmap_pars_vertex>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <normal_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <shadowmap_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <color_vertex>
	#include <morphinstance_vertex>
	#include <morphcolor_vertex>
	#include <batching_vertex>
	#include <beginnormal_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <normal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	vViewPosition = - mvPosition.xyz;
	#include <worldpos_vertex>
	#include <envmap_vertex>
	#include <shadowmap_vertex>
	#include <fog_vertex>
}`,B_=`#define LAMBERT
uniform vec3 diffuse;
uniform vec3 emissive;
uniform float opacity;
#include <common>
#include <dithering_pars_fragment>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <aomap_pars_fragment>
#include <lightmap_pars_fragment>
#include <emissivemap_pars_fragment>
#include <envmap_common_pars_fragment>
#include <envmap_pars_fragment>
#include <envmap_physical_pars_fragment>
#include <fog_pars_fragment>
#include <bsdfs>
#include <lights_pars_begin>
#include <normal_pars_fragment>
#include <lights_lambert_pars_fragment>
#include <shadowmap_pars_fragment>
#include <bumpmap_pars_fragment>
#include <normalmap_pars_fragment>
#include <specularmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <clipping_planes_fragment>
	ReflectedLight reflectedLight = ReflectedLight( vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ) );
	vec3 totalEmissiveRadiance = emissive;
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	#include <specularmap_fragment>
	#include <normal_fragment_begin>
	#include <normal_fragment_maps>
	#include <emissivemap_fragment>
	#include <lights_lambert_fragment>
	#include <lights_fragment_begin>
	#include <lights_fragment_maps>
	#include <lights_fragment_end>
	#include <aomap_fragment>
	vec3 outgoingLight = reflectedLight.directDiffuse + reflectedLight.indirectDiffuse + totalEmissiveRadiance;
	#include <envmap_fragment>
	#include <opaque_fragment>
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
	#include <dithering_fragment>
}`,z_=`#define MATCAP
varying vec3 vViewPosition;
#include <common>
#include <batching_pars_vertex>
#include <uv_pars_vertex>
#include <color_pars_vertex>
#include <displacementmap_pars_vertex>
#include <fog_pars_vertex>
#include <normal_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <color_vertex>
	#include <morphinstance_vertex>
	#include <morphcolor_vertex>
	#include <batching_vertex>
	#include <beginnormal_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <normal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	#include <fog_vertex>
	vViewPosition = - mvPosition.xyz;
}`,H_=`#define MATCAP
uniform vec3 diffuse;
uniform float opacity;
uniform sampler2D matcap;
varying vec3 vViewPosition;
#include <common>
#include <dithering_pars_fragment>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <fog_pars_fragment>
#include <normal_pars_fragment>
#include <bumpmap_pars_fragment>
#include <normalmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <clipping_planes_fragment>
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	#include <normal_fragment_begin>
	#include <normal_fragment_maps>
	vec3 viewDir = normalize( vViewPosition );
	vec3 x = normalize( vec3( viewDir.z, 0.0, - viewDir.x ) );
	vec3 y = cross( viewDir, x );
	vec2 uv = vec2( dot( x, normal ), dot( y, normal ) ) * 0.495 + 0.5;
	#ifdef USE_MATCAP
		vec4 matcapColor = texture2D( matcap, uv );
	#else
		vec4 matcapColor = vec4( vec3( mix( 0.2, 0.8, uv.y ) ), 1.0 );
	#endif
	vec3 outgoingLight = diffuseColor.rgb * matcapColor.rgb;
	#include <opaque_fragment>
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
	#include <dithering_fragment>
}`,G_=`#define NORMAL
#if defined( FLAT_SHADED ) || defined( USE_BUMPMAP ) || defined( USE_NORMALMAP_TANGENTSPACE )
	varying vec3 vViewPosition;
#endif
#include <common>
#include <batching_pars_vertex>
#include <uv_pars_vertex>
#include <displacementmap_pars_vertex>
#include <normal_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <batching_vertex>
	#include <beginnormal_vertex>
	#include <morphinstance_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <normal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
#if defined( FLAT_SHADED ) || defined( USE_BUMPMAP ) || defined( USE_NORMALMAP_TANGENTSPACE )
	vViewPosition = - mvPosition.xyz;
#endif
}`,V_=`#define NORMAL
uniform float opacity;
#if defined( FLAT_SHADED ) || defined( USE_BUMPMAP ) || defined( USE_NORMALMAP_TANGENTSPACE )
	varying vec3 vViewPosition;
#endif
#include <uv_pars_fragment>
#include <normal_pars_fragment>
#include <bumpmap_pars_fragment>
#include <normalmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( 0.0, 0.0, 0.0, opacity );
	#include <clipping_planes_fragment>
	#include <logdepthbuf_fragment>
	#include <normal_fragment_begin>
	#include <normal_fragment_maps>
	gl_FragColor = vec4( normalize( normal ) * 0.5 + 0.5, diffuseColor.a );
	#ifdef OPAQUE
		gl_FragColor.a = 1.0;
	#endif
}`,W_=`#define PHONG
varying vec3 vViewPosition;
#include <common>
#include <batching_pars_vertex>
#include <uv_pars_vertex>
#include <displacementmap_pars_vertex>
#include <envmap_pars_vertex>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <normal_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <shadowmap_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <color_vertex>
	#include <morphcolor_vertex>
	#include <batching_vertex>
	#include <beginnormal_vertex>
	#include <morphinstance_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <normal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	vViewPosition = - mvPosition.xyz;
	#include <worldpos_vertex>
	#include <envmap_vertex>
	#include <shadowmap_vertex>
	#include <fog_vertex>
}`,X_=`#define PHONG
uniform vec3 diffuse;
uniform vec3 emissive;
uniform vec3 specular;
uniform float shininess;
uniform float opacity;
#include <common>
#include <dithering_pars_fragment>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <aomap_pars_fragment>
#include <lightmap_pars_fragment>
#include <emissivemap_pars_fragment>
#include <envmap_common_pars_fragment>
#include <envmap_pars_fragment>
#include <envmap_physical_pars_fragment>
#include <fog_pars_fragment>
#include <bsdfs>
#include <lights_pars_begin>
#include <normal_pars_fragment>
#include <lights_phong_pars_fragment>
#include <shadowmap_pars_fragment>
#include <bumpmap_pars_fragment>
#include <normalmap_pars_fragment>
#include <specularmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <clipping_planes_fragment>
	ReflectedLight reflectedLight = ReflectedLight( vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ) );
	vec3 totalEmissiveRadiance = emissive;
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	#include <specularmap_fragment>
	#include <normal_fragment_begin>
	#include <normal_fragment_maps>
	#include <emissivemap_fragment>
	#include <lights_phong_fragment>
	#include <lights_fragment_begin>
	#include <lights_fragment_maps>
	#include <lights_fragment_end>
	#include <aomap_fragment>
	vec3 outgoingLight = reflectedLight.directDiffuse + reflectedLight.indirectDiffuse + reflectedLight.directSpecular + reflectedLight.indirectSpecular + totalEmissiveRadiance;
	#include <envmap_fragment>
	#include <opaque_fragment>
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
	#include <dithering_fragment>
}`,$_=`#define STANDARD
varying vec3 vViewPosition;
#ifdef USE_TRANSMISSION
	varying vec3 vWorldPosition;
#endif
#include <common>
#include <batching_pars_vertex>
#include <uv_pars_vertex>
#include <displacementmap_pars_vertex>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <normal_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <shadowmap_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <color_vertex>
	#include <morphinstance_vertex>
	#include <morphcolor_vertex>
	#include <batching_vertex>
	#include <beginnormal_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <normal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	vViewPosition = - mvPosition.xyz;
	#include <worldpos_vertex>
	#include <shadowmap_vertex>
	#include <fog_vertex>
#ifdef USE_TRANSMISSION
	vWorldPosition = worldPosition.xyz;
#endif
}`,q_=`#define STANDARD
#ifdef PHYSICAL
	#define IOR
	#define USE_SPECULAR
#endif
uniform vec3 diffuse;
uniform vec3 emissive;
uniform float roughness;
uniform float metalness;
uniform float opacity;
#ifdef IOR
	uniform float ior;
#endif
#ifdef USE_SPECULAR
	uniform float specularIntensity;
	uniform vec3 specularColor;
	#ifdef USE_SPECULAR_COLORMAP
		uniform sampler2D specularColorMap;
	#endif
	#ifdef USE_SPECULAR_INTENSITYMAP
		uniform sampler2D specularIntensityMap;
	#endif
#endif
#ifdef USE_CLEARCOAT
	uniform float clearcoat;
	uniform float clearcoatRoughness;
#endif
#ifdef USE_DIFFUSE_ROUGHNESS
	uniform float diffuseRoughness;
	#ifdef USE_DIFFUSE_ROUGHNESSMAP
		uniform sampler2D diffuseRoughnessMap;
	#endif
#endif
#ifdef USE_DISPERSION
	uniform float dispersion;
#endif
#ifdef USE_RETROREFLECTION
	uniform float retroreflectivity;
#endif
#ifdef USE_IRIDESCENCE
	uniform float iridescence;
	uniform float iridescenceIOR;
	uniform float iridescenceThicknessMinimum;
	uniform float iridescenceThicknessMaximum;
#endif
#ifdef USE_SHEEN
	uniform vec3 sheenColor;
	uniform float sheenRoughness;
	#ifdef USE_SHEEN_COLORMAP
		uniform sampler2D sheenColorMap;
	#endif
	#ifdef USE_SHEEN_ROUGHNESSMAP
		uniform sampler2D sheenRoughnessMap;
	#endif
#endif
#ifdef USE_ANISOTROPY
	uniform vec2 anisotropyVector;
	#ifdef USE_ANISOTROPYMAP
		uniform sampler2D anisotropyMap;
	#endif
#endif
varying vec3 vViewPosition;
#include <common>
#include <dithering_pars_fragment>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <aomap_pars_fragment>
#include <lightmap_pars_fragment>
#include <emissivemap_pars_fragment>
#include <iridescence_fragment>
#include <envmap_common_pars_fragment>
#include <envmap_physical_pars_fragment>
#include <fog_pars_fragment>
#include <lights_pars_begin>
#include <normal_pars_fragment>
#include <lights_physical_pars_fragment>
#include <transmission_pars_fragment>
#include <shadowmap_pars_fragment>
#include <bumpmap_pars_fragment>
#include <normalmap_pars_fragment>
#include <clearcoat_pars_fragment>
#include <iridescence_pars_fragment>
#include <roughnessmap_pars_fragment>
#include <metalnessmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <clipping_planes_fragment>
	ReflectedLight reflectedLight = ReflectedLight( vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ) );
	vec3 totalEmissiveRadiance = emissive;
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	#include <roughnessmap_fragment>
	#include <metalnessmap_fragment>
	#include <normal_fragment_begin>
	#include <normal_fragment_maps>
	#include <clearcoat_normal_fragment_begin>
	#include <clearcoat_normal_fragment_maps>
	#include <emissivemap_fragment>
	#include <lights_physical_fragment>
	#include <lights_fragment_begin>
	#include <lights_fragment_maps>
	#include <lights_fragment_end>
	#include <aomap_fragment>
	vec3 totalDiffuse = reflectedLight.directDiffuse + reflectedLight.indirectDiffuse;
	vec3 totalSpecular = reflectedLight.directSpecular + reflectedLight.indirectSpecular;
	#include <transmission_fragment>
	vec3 outgoingLight = totalDiffuse + totalSpecular + totalEmissiveRadiance;
	#ifdef USE_SHEEN
 
		outgoingLight = outgoingLight + sheenSpecularDirect + sheenSpecularIndirect;
 
 	#endif
	#ifdef USE_CLEARCOAT
		float dotNVcc = saturate( dot( geometryClearcoatNormal, geometryViewDir ) );
		vec3 Fcc = F_Schlick( material.clearcoatF0, material.clearcoatF90, dotNVcc );
		outgoingLight = outgoingLight * ( 1.0 - material.clearcoat * Fcc ) + ( clearcoatSpecularDirect + clearcoatSpecularIndirect ) * material.clearcoat;
	#endif
	#include <opaque_fragment>
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
	#include <dithering_fragment>
}`,K_=`#define TOON
varying vec3 vViewPosition;
#include <common>
#include <batching_pars_vertex>
#include <uv_pars_vertex>
#include <displacementmap_pars_vertex>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <normal_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <shadowmap_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <color_vertex>
	#include <morphinstance_vertex>
	#include <morphcolor_vertex>
	#include <batching_vertex>
	#include <beginnormal_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <normal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	vViewPosition = - mvPosition.xyz;
	#include <worldpos_vertex>
	#include <shadowmap_vertex>
	#include <fog_vertex>
}`,Y_=`#define TOON
uniform vec3 diffuse;
uniform vec3 emissive;
uniform float opacity;
#include <common>
#include <dithering_pars_fragment>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <aomap_pars_fragment>
#include <lightmap_pars_fragment>
#include <emissivemap_pars_fragment>
#include <gradientmap_pars_fragment>
#include <fog_pars_fragment>
#include <bsdfs>
#include <lights_pars_begin>
#include <normal_pars_fragment>
#include <lights_toon_pars_fragment>
#include <shadowmap_pars_fragment>
#include <bumpmap_pars_fragment>
#include <normalmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <clipping_planes_fragment>
	ReflectedLight reflectedLight = ReflectedLight( vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ) );
	vec3 totalEmissiveRadiance = emissive;
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	#include <normal_fragment_begin>
	#include <normal_fragment_maps>
	#include <emissivemap_fragment>
	#include <lights_toon_fragment>
	#include <lights_fragment_begin>
	#include <lights_fragment_maps>
	#include <lights_fragment_end>
	#include <aomap_fragment>
	vec3 outgoingLight = reflectedLight.directDiffuse + reflectedLight.indirectDiffuse + totalEmissiveRadiance;
	#include <opaque_fragment>
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
	#include <dithering_fragment>
}`,j_=`uniform float size;
uniform float scale;
#include <common>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <morphtarget_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
#ifdef USE_POINTS_UV
	varying vec2 vUv;
	uniform mat3 uvTransform;
#endif
void main() {
	#ifdef USE_POINTS_UV
		vUv = ( uvTransform * vec3( uv, 1 ) ).xy;
	#endif
	#include <color_vertex>
	#include <morphinstance_vertex>
	#include <morphcolor_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <project_vertex>
	gl_PointSize = size;
	#ifdef USE_SIZEATTENUATION
		bool isPerspective = isPerspectiveMatrix( projectionMatrix );
		if ( isPerspective ) gl_PointSize *= ( scale / - mvPosition.z );
	#endif
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	#include <worldpos_vertex>
	#include <fog_vertex>
}`,Z_=`uniform vec3 diffuse;
uniform float opacity;
#include <common>
#include <color_pars_fragment>
#include <map_particle_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <fog_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <clipping_planes_fragment>
	vec3 outgoingLight = vec3( 0.0 );
	#include <logdepthbuf_fragment>
	#include <map_particle_fragment>
	#include <color_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	outgoingLight = diffuseColor.rgb;
	#include <opaque_fragment>
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
}`,J_=`#include <common>
#include <batching_pars_vertex>
#include <fog_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <shadowmap_pars_vertex>
void main() {
	#include <batching_vertex>
	#include <beginnormal_vertex>
	#include <morphinstance_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <worldpos_vertex>
	#include <shadowmap_vertex>
	#include <fog_vertex>
}`,Q_=`uniform vec3 color;
uniform float opacity;
#include <common>
#include <fog_pars_fragment>
#include <bsdfs>
#include <lights_pars_begin>
#include <logdepthbuf_pars_fragment>
#include <shadowmap_pars_fragment>
#include <shadowmask_pars_fragment>
void main() {
	#include <logdepthbuf_fragment>
	gl_FragColor = vec4( color, opacity * ( 1.0 - getShadowMask() ) );
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
}`,e0=`uniform float rotation;
uniform vec2 center;
#include <common>
#include <uv_pars_vertex>
#include <fog_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	vec4 mvPosition = modelViewMatrix[ 3 ];
	vec2 scale = vec2( length( modelMatrix[ 0 ].xyz ), length( modelMatrix[ 1 ].xyz ) );
	#ifndef USE_SIZEATTENUATION
		bool isPerspective = isPerspectiveMatrix( projectionMatrix );
		if ( isPerspective ) scale *= - mvPosition.z;
	#endif
	vec2 alignedPosition = ( position.xy - ( center - vec2( 0.5 ) ) ) * scale;
	vec2 rotatedPosition;
	rotatedPosition.x = cos( rotation ) * alignedPosition.x - sin( rotation ) * alignedPosition.y;
	rotatedPosition.y = sin( rotation ) * alignedPosition.x + cos( rotation ) * alignedPosition.y;
	mvPosition.xy += rotatedPosition;
	gl_Position = projectionMatrix * mvPosition;
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	#include <fog_vertex>
}`,t0=`uniform vec3 diffuse;
uniform float opacity;
#include <common>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <alphahash_pars_fragment>
#include <fog_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <clipping_planes_fragment>
	vec3 outgoingLight = vec3( 0.0 );
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <alphahash_fragment>
	outgoingLight = diffuseColor.rgb;
	#include <opaque_fragment>
	#include <tonemapping_fragment>
	#include <colorspace_fragment>
	#include <fog_fragment>
}`,Ve={alphahash_fragment:bm,alphahash_pars_fragment:Em,alphamap_fragment:wm,alphamap_pars_fragment:Tm,alphatest_fragment:Am,alphatest_pars_fragment:Rm,aomap_fragment:Cm,aomap_pars_fragment:Lm,batching_pars_vertex:Pm,batching_vertex:Im,begin_vertex:Dm,beginnormal_vertex:Nm,bsdfs:Um,iridescence_fragment:km,bumpmap_pars_fragment:Om,clipping_planes_fragment:Fm,clipping_planes_pars_fragment:Bm,clipping_planes_pars_vertex:zm,clipping_planes_vertex:Hm,color_fragment:Gm,color_pars_fragment:Vm,color_pars_vertex:Wm,color_vertex:Xm,common:$m,defaultnormal_vertex:qm,displacementmap_pars_vertex:Km,displacementmap_vertex:Ym,emissivemap_fragment:jm,emissivemap_pars_fragment:Zm,colorspace_fragment:Jm,colorspace_pars_fragment:Qm,envmap_fragment:eg,envmap_common_pars_fragment:tg,envmap_pars_fragment:ng,envmap_pars_vertex:ig,envmap_physical_pars_fragment:pg,envmap_vertex:sg,fog_vertex:rg,fog_pars_vertex:ag,fog_fragment:og,fog_pars_fragment:lg,gradientmap_pars_fragment:cg,lightmap_pars_fragment:hg,lights_lambert_fragment:dg,lights_lambert_pars_fragment:ug,lights_pars_begin:fg,lights_toon_fragment:mg,lights_toon_pars_fragment:gg,lights_phong_fragment:_g,lights_phong_pars_fragment:vg,lights_physical_fragment:xg,lights_physical_pars_fragment:yg,lights_fragment_begin:Mg,lights_fragment_maps:Sg,lights_fragment_end:bg,lightprobes_pars_fragment:Eg,logdepthbuf_fragment:wg,logdepthbuf_pars_fragment:Tg,logdepthbuf_pars_vertex:Ag,logdepthbuf_vertex:Rg,map_fragment:Cg,map_pars_fragment:Lg,map_particle_fragment:Pg,map_particle_pars_fragment:Ig,metalnessmap_fragment:Dg,metalnessmap_pars_fragment:Ng,morphinstance_vertex:Ug,morphcolor_vertex:kg,morphnormal_vertex:Og,morphtarget_pars_vertex:Fg,morphtarget_vertex:Bg,normal_fragment_begin:zg,normal_fragment_maps:Hg,normal_pars_fragment:Gg,normal_pars_vertex:Vg,normal_vertex:Wg,normalmap_pars_fragment:Xg,clearcoat_normal_fragment_begin:$g,clearcoat_normal_fragment_maps:qg,clearcoat_pars_fragment:Kg,iridescence_pars_fragment:Yg,opaque_fragment:jg,packing:Zg,premultiplied_alpha_fragment:Jg,project_vertex:Qg,dithering_fragment:e_,dithering_pars_fragment:t_,roughnessmap_fragment:n_,roughnessmap_pars_fragment:i_,shadowmap_pars_fragment:s_,shadowmap_pars_vertex:r_,shadowmap_vertex:a_,shadowmask_pars_fragment:o_,skinbase_vertex:l_,skinning_pars_vertex:c_,skinning_vertex:h_,skinnormal_vertex:d_,specularmap_fragment:u_,specularmap_pars_fragment:f_,tonemapping_fragment:p_,tonemapping_pars_fragment:m_,transmission_fragment:g_,transmission_pars_fragment:__,uv_pars_fragment:v_,uv_pars_vertex:x_,uv_vertex:y_,worldpos_vertex:M_,background_vert:S_,background_frag:b_,backgroundCube_vert:E_,backgroundCube_frag:w_,cube_vert:T_,cube_frag:A_,depth_vert:R_,depth_frag:C_,distance_vert:L_,distance_frag:P_,equirect_vert:I_,equirect_frag:D_,linedashed_vert:N_,linedashed_frag:U_,meshbasic_vert:k_,meshbasic_frag:O_,meshlambert_vert:F_,meshlambert_frag:B_,meshmatcap_vert:z_,meshmatcap_frag:H_,meshnormal_vert:G_,meshnormal_frag:V_,meshphong_vert:W_,meshphong_frag:X_,meshphysical_vert:$_,meshphysical_frag:q_,meshtoon_vert:K_,meshtoon_frag:Y_,points_vert:j_,points_frag:Z_,shadow_vert:J_,shadow_frag:Q_,sprite_vert:e0,sprite_frag:t0},me={common:{diffuse:{value:new Ie(16777215)},opacity:{value:1},map:{value:null},mapTransform:{value:new Fe},alphaMap:{value:null},alphaMapTransform:{value:new Fe},alphaTest:{value:0}},specularmap:{specularMap:{value:null},specularMapTransform:{value:new Fe}},envmap:{envMap:{value:null},envMapRotation:{value:new Fe},reflectivity:{value:1},ior:{value:1.5},refractionRatio:{value:.98},dfgLUT:{value:null}},aomap:{aoMap:{value:null},aoMapIntensity:{value:1},aoMapTransform:{value:new Fe}},lightmap:{lightMap:{value:null},lightMapIntensity:{value:1},lightMapTransform:{value:new Fe}},bumpmap:{bumpMap:{value:null},bumpMapTransform:{value:new Fe},bumpScale:{value:1}},normalmap:{normalMap:{value:null},normalMapTransform:{value:new Fe},normalScale:{value:new De(1,1)}},displacementmap:{displacementMap:{value:null},displacementMapTransform:{value:new Fe},displacementScale:{value:1},displacementBias:{value:0}},emissivemap:{emissiveMap:{value:null},emissiveMapTransform:{value:new Fe}},metalnessmap:{metalnessMap:{value:null},metalnessMapTransform:{value:new Fe}},roughnessmap:{roughnessMap:{value:null},roughnessMapTransform:{value:new Fe}},gradientmap:{gradientMap:{value:null}},fog:{fogDensity:{value:25e-5},fogNear:{value:1},fogFar:{value:2e3},fogColor:{value:new Ie(16777215)}},lights:{ambientLightColor:{value:[]},lightProbe:{value:[]},sunLights:{value:[],properties:{direction:{},color:{}}},sunLightShadows:{value:[],properties:{shadowIntensity:1,shadowBias:{},shadowNormalBias:{},shadowRadius:{},shadowMapSize:{}}},sunShadowMatrix:{value:[]},sunShadowCascade:{value:[]},directionalLights:{value:[],properties:{direction:{},color:{}}},directionalLightShadows:{value:[],properties:{shadowIntensity:1,shadowBias:{},shadowNormalBias:{},shadowRadius:{},shadowMapSize:{}}},directionalShadowMatrix:{value:[]},spotLights:{value:[],properties:{color:{},position:{},direction:{},distance:{},coneCos:{},penumbraCos:{},decay:{}}},spotLightShadows:{value:[],properties:{shadowIntensity:1,shadowBias:{},shadowNormalBias:{},shadowRadius:{},shadowMapSize:{}}},spotLightMap:{value:[]},spotLightMatrix:{value:[]},pointLights:{value:[],properties:{color:{},position:{},decay:{},distance:{}}},pointLightShadows:{value:[],properties:{shadowIntensity:1,shadowBias:{},shadowNormalBias:{},shadowRadius:{},shadowMapSize:{},shadowCameraNear:{},shadowCameraFar:{}}},pointShadowMatrix:{value:[]},hemisphereLights:{value:[],properties:{direction:{},skyColor:{},groundColor:{}}},rectAreaLights:{value:[],properties:{color:{},position:{},width:{},height:{}}},ltc_1:{value:null},ltc_2:{value:null},probesSH:{value:[]},probesMin:{value:[]},probesMax:{value:[]},probesResolution:{value:[]}},points:{diffuse:{value:new Ie(16777215)},opacity:{value:1},size:{value:1},scale:{value:1},map:{value:null},alphaMap:{value:null},alphaMapTransform:{value:new Fe},alphaTest:{value:0},uvTransform:{value:new Fe}},sprite:{diffuse:{value:new Ie(16777215)},opacity:{value:1},center:{value:new De(.5,.5)},rotation:{value:0},map:{value:null},mapTransform:{value:new Fe},alphaMap:{value:null},alphaMapTransform:{value:new Fe},alphaTest:{value:0}}},In={basic:{uniforms:Gt([me.common,me.specularmap,me.envmap,me.aomap,me.lightmap,me.fog]),vertexShader:Ve.meshbasic_vert,fragmentShader:Ve.meshbasic_frag},lambert:{uniforms:Gt([me.common,me.specularmap,me.envmap,me.aomap,me.lightmap,me.emissivemap,me.bumpmap,me.normalmap,me.displacementmap,me.fog,me.lights,{emissive:{value:new Ie(0)},envMapIntensity:{value:1}}]),vertexShader:Ve.meshlambert_vert,fragmentShader:Ve.meshlambert_frag},phong:{uniforms:Gt([me.common,me.specularmap,me.envmap,me.aomap,me.lightmap,me.emissivemap,me.bumpmap,me.normalmap,me.displacementmap,me.fog,me.lights,{emissive:{value:new Ie(0)},specular:{value:new Ie(1118481)},shininess:{value:30},envMapIntensity:{value:1}}]),vertexShader:Ve.meshphong_vert,fragmentShader:Ve.meshphong_frag},standard:{uniforms:Gt([me.common,me.envmap,me.aomap,me.lightmap,me.emissivemap,me.bumpmap,me.normalmap,me.displacementmap,me.roughnessmap,me.metalnessmap,me.fog,me.lights,{emissive:{value:new Ie(0)},roughness:{value:1},metalness:{value:0},envMapIntensity:{value:1}}]),vertexShader:Ve.meshphysical_vert,fragmentShader:Ve.meshphysical_frag},toon:{uniforms:Gt([me.common,me.aomap,me.lightmap,me.emissivemap,me.bumpmap,me.normalmap,me.displacementmap,me.gradientmap,me.fog,me.lights,{emissive:{value:new Ie(0)}}]),vertexShader:Ve.meshtoon_vert,fragmentShader:Ve.meshtoon_frag},matcap:{uniforms:Gt([me.common,me.bumpmap,me.normalmap,me.displacementmap,me.fog,{matcap:{value:null}}]),vertexShader:Ve.meshmatcap_vert,fragmentShader:Ve.meshmatcap_frag},points:{uniforms:Gt([me.points,me.fog]),vertexShader:Ve.points_vert,fragmentShader:Ve.points_frag},dashed:{uniforms:Gt([me.common,me.fog,{scale:{value:1},dashSize:{value:1},totalSize:{value:2}}]),vertexShader:Ve.linedashed_vert,fragmentShader:Ve.linedashed_frag},depth:{uniforms:Gt([me.common,me.displacementmap]),vertexShader:Ve.depth_vert,fragmentShader:Ve.depth_frag},normal:{uniforms:Gt([me.common,me.bumpmap,me.normalmap,me.displacementmap,{opacity:{value:1}}]),vertexShader:Ve.meshnormal_vert,fragmentShader:Ve.meshnormal_frag},sprite:{uniforms:Gt([me.sprite,me.fog]),vertexShader:Ve.sprite_vert,fragmentShader:Ve.sprite_frag},background:{uniforms:{uvTransform:{value:new Fe},t2D:{value:null},backgroundIntensity:{value:1}},vertexShader:Ve.background_vert,fragmentShader:Ve.background_frag},backgroundCube:{uniforms:{envMap:{value:null},backgroundBlurriness:{value:0},backgroundIntensity:{value:1},backgroundRotation:{value:new Fe}},vertexShader:Ve.backgroundCube_vert,fragmentShader:Ve.backgroundCube_frag},cube:{uniforms:{tCube:{value:null},tFlip:{value:-1},opacity:{value:1}},vertexShader:Ve.cube_vert,fragmentShader:Ve.cube_frag},equirect:{uniforms:{tEquirect:{value:null}},vertexShader:Ve.equirect_vert,fragmentShader:Ve.equirect_frag},distance:{uniforms:Gt([me.common,me.displacementmap,{referencePosition:{value:new U},nearDistance:{value:1},farDistance:{value:1e3}}]),vertexShader:Ve.distance_vert,fragmentShader:Ve.distance_frag},shadow:{uniforms:Gt([me.lights,me.fog,{color:{value:new Ie(0)},opacity:{value:1}}]),vertexShader:Ve.shadow_vert,fragmentShader:Ve.shadow_frag}};In.physical={uniforms:Gt([In.standard.uniforms,{clearcoat:{value:0},clearcoatMap:{value:null},clearcoatMapTransform:{value:new Fe},clearcoatNormalMap:{value:null},clearcoatNormalMapTransform:{value:new Fe},clearcoatNormalScale:{value:new De(1,1)},clearcoatRoughness:{value:0},clearcoatRoughnessMap:{value:null},clearcoatRoughnessMapTransform:{value:new Fe},diffuseRoughness:{value:0},diffuseRoughnessMap:{value:null},diffuseRoughnessMapTransform:{value:new Fe},dispersion:{value:0},retroreflectivity:{value:0},iridescence:{value:0},iridescenceMap:{value:null},iridescenceMapTransform:{value:new Fe},iridescenceIOR:{value:1.3},iridescenceThicknessMinimum:{value:100},iridescenceThicknessMaximum:{value:400},iridescenceThicknessMap:{value:null},iridescenceThicknessMapTransform:{value:new Fe},sheen:{value:0},sheenColor:{value:new Ie(0)},sheenColorMap:{value:null},sheenColorMapTransform:{value:new Fe},sheenRoughness:{value:1},sheenRoughnessMap:{value:null},sheenRoughnessMapTransform:{value:new Fe},transmission:{value:0},transmissionMap:{value:null},transmissionMapTransform:{value:new Fe},transmissionSamplerSize:{value:new De},transmissionSamplerMap:{value:null},thickness:{value:0},thicknessMap:{value:null},thicknessMapTransform:{value:new Fe},attenuationDistance:{value:0},attenuationColor:{value:new Ie(0)},specularColor:{value:new Ie(1,1,1)},specularColorMap:{value:null},specularColorMapTransform:{value:new Fe},specularIntensity:{value:1},specularIntensityMap:{value:null},specularIntensityMapTransform:{value:new Fe},anisotropyVector:{value:new De},anisotropyMap:{value:null},anisotropyMapTransform:{value:new Fe}}]),vertexShader:Ve.meshphysical_vert,fragmentShader:Ve.meshphysical_frag};const Cr={r:0,b:0,g:0},n0=new He,tu=new Fe;tu.set(-1,0,0,0,1,0,0,0,1);function i0(s,e,t,n,i,r){const a=new Ie(0);let o=i===!0?0:1,l,c,h=null,d=0,u=null;function f(y){let T=y.isScene===!0?y.background:null;if(T&&T.isTexture){const S=y.backgroundBlurriness>0;T=e.get(T,S)}return T}function p(y){let T=!1;const S=f(y);S===null?m(a,o):S&&S.isColor&&(m(S,1),T=!0);const R=s.xr.getEnvironmentBlendMode();R==="additive"?t.buffers.color.setClear(0,0,0,1,r):R==="alpha-blend"&&t.buffers.color.setClear(0,0,0,0,r),(s.autoClear||T)&&(t.buffers.depth.setTest(!0),t.buffers.depth.setMask(!0),t.buffers.color.setMask(!0),s.clear(s.autoClearColor,s.autoClearDepth,s.autoClearStencil))}function v(y,T){const S=f(T);S&&S.isCubeTexture?(c===void 0&&(c=new ut(new ls(1,1,1),new Ti({name:"BackgroundCubeMaterial",uniforms:as(In.backgroundCube.uniforms),vertexShader:In.backgroundCube.vertexShader,fragmentShader:In.backgroundCube.fragmentShader,side:Xt,depthTest:!1,depthWrite:!1,fog:!1,allowOverride:!1})),c.geometry.deleteAttribute("normal"),c.geometry.deleteAttribute("uv"),c.onBeforeRender=function(R,w,_){this.matrixWorld.copyPosition(_.matrixWorld)},Object.defineProperty(c.material,"envMap",{get:function(){return this.uniforms.envMap.value}}),n.update(c)),c.material.uniforms.envMap.value=S,c.material.uniforms.backgroundBlurriness.value=T.backgroundBlurriness,c.material.uniforms.backgroundIntensity.value=T.backgroundIntensity,c.material.uniforms.backgroundRotation.value.setFromMatrix4(n0.makeRotationFromEuler(T.backgroundRotation)).transpose(),S.isRenderTargetTexture===!1&&c.material.uniforms.backgroundRotation.value.premultiply(tu),c.material.toneMapped=$e.getTransfer(S.colorSpace)!==nt,(h!==S||d!==S.version||u!==s.toneMapping)&&(c.material.needsUpdate=!0,h=S,d=S.version,u=s.toneMapping),c.layers.enableAll(),y.unshift(c,c.geometry,c.material,0,0,null)):S&&S.isTexture&&(l===void 0&&(l=new ut(new ra(2,2),new Ti({name:"BackgroundMaterial",uniforms:as(In.background.uniforms),vertexShader:In.background.vertexShader,fragmentShader:In.background.fragmentShader,side:fi,depthTest:!1,depthWrite:!1,fog:!1,allowOverride:!1})),l.geometry.deleteAttribute("normal"),Object.defineProperty(l.material,"map",{get:function(){return this.uniforms.t2D.value}}),n.update(l)),l.material.uniforms.t2D.value=S,l.material.uniforms.backgroundIntensity.value=T.backgroundIntensity,l.material.toneMapped=$e.getTransfer(S.colorSpace)!==nt,S.matrixAutoUpdate===!0&&S.updateMatrix(),l.material.uniforms.uvTransform.value.copy(S.matrix),(h!==S||d!==S.version||u!==s.toneMapping)&&(l.material.needsUpdate=!0,h=S,d=S.version,u=s.toneMapping),l.layers.enableAll(),y.unshift(l,l.geometry,l.material,0,0,null))}function m(y,T){y.getRGB(Cr,$d(s)),t.buffers.color.setClear(Cr.r,Cr.g,Cr.b,T,r)}function g(){c!==void 0&&(c.geometry.dispose(),c.material.dispose(),c=void 0),l!==void 0&&(l.geometry.dispose(),l.material.dispose(),l=void 0)}return{getClearColor:function(){return a},setClearColor:function(y,T=1){a.set(y),o=T,m(a,o)},getClearAlpha:function(){return o},setClearAlpha:function(y){o=y,m(a,o)},render:p,addToRenderList:v,dispose:g}}function s0(s,e){const t=s.getParameter(s.MAX_VERTEX_ATTRIBS),n={},i=u(null);let r=i,a=!1;function o(N,G,$,I,W){let J=!1;const z=d(N,I,$,G);r!==z&&(r=z,c(r.object)),J=f(N,I,$,W),J&&p(N,I,$,W),W!==null&&e.update(W,s.ELEMENT_ARRAY_BUFFER),(J||a)&&(a=!1,S(N,G,$,I),W!==null&&s.bindBuffer(s.ELEMENT_ARRAY_BUFFER,e.get(W).buffer))}function l(){return s.createVertexArray()}function c(N){return s.bindVertexArray(N)}function h(N){return s.deleteVertexArray(N)}function d(N,G,$,I){const W=I.wireframe===!0;let J=n[G.id];J===void 0&&(J={},n[G.id]=J);const z=N.isInstancedMesh===!0?N.id:0;let te=J[z];te===void 0&&(te={},J[z]=te);let H=te[$.id];H===void 0&&(H={},te[$.id]=H);let K=H[W];return K===void 0&&(K=u(l()),H[W]=K),K}function u(N){const G=[],$=[],I=[];for(let W=0;W<t;W++)G[W]=0,$[W]=0,I[W]=0;return{geometry:null,program:null,wireframe:!1,newAttributes:G,enabledAttributes:$,attributeDivisors:I,object:N,attributes:{},index:null}}function f(N,G,$,I){const W=r.attributes,J=G.attributes;let z=0;const te=$.getAttributes();for(const H in te)if(te[H].location>=0){const ee=W[H];let xe=J[H];if(xe===void 0&&(H==="instanceMatrix"&&N.instanceMatrix&&(xe=N.instanceMatrix),H==="instanceColor"&&N.instanceColor&&(xe=N.instanceColor)),ee===void 0||ee.attribute!==xe||xe&&ee.data!==xe.data)return!0;z++}return r.attributesNum!==z||r.index!==I}function p(N,G,$,I){const W={},J=G.attributes;let z=0;const te=$.getAttributes();for(const H in te)if(te[H].location>=0){let ee=J[H];ee===void 0&&(H==="instanceMatrix"&&N.instanceMatrix&&(ee=N.instanceMatrix),H==="instanceColor"&&N.instanceColor&&(ee=N.instanceColor));const xe={};xe.attribute=ee,ee&&ee.data&&(xe.data=ee.data),W[H]=xe,z++}r.attributes=W,r.attributesNum=z,r.index=I}function v(){const N=r.newAttributes;for(let G=0,$=N.length;G<$;G++)N[G]=0}function m(N){g(N,0)}function g(N,G){const $=r.newAttributes,I=r.enabledAttributes,W=r.attributeDivisors;$[N]=1,I[N]===0&&(s.enableVertexAttribArray(N),I[N]=1),W[N]!==G&&(s.vertexAttribDivisor(N,G),W[N]=G)}function y(){const N=r.newAttributes,G=r.enabledAttributes;for(let $=0,I=G.length;$<I;$++)G[$]!==N[$]&&(s.disableVertexAttribArray($),G[$]=0)}function T(N,G,$,I,W,J,z){z===!0?s.vertexAttribIPointer(N,G,$,W,J):s.vertexAttribPointer(N,G,$,I,W,J)}function S(N,G,$,I){v();const W=I.attributes,J=$.getAttributes(),z=G.defaultAttributeValues;for(const te in J){const H=J[te];if(H.location>=0){let K=W[te];if(K===void 0&&(te==="instanceMatrix"&&N.instanceMatrix&&(K=N.instanceMatrix),te==="instanceColor"&&N.instanceColor&&(K=N.instanceColor)),K!==void 0){const ee=K.normalized,xe=K.itemSize,Pe=e.get(K);if(Pe===void 0)continue;const j=Pe.buffer,ge=Pe.type,Me=Pe.bytesPerElement,Re=ge===s.INT||ge===s.UNSIGNED_INT||K.gpuType===dl;if(K.isInterleavedBufferAttribute){const _e=K.data,Oe=_e.isInterleavedBuffer===!0?_e.stride:_e.itemSize,pt=K.offset;if(_e.isInstancedInterleavedBuffer||_e.isInstancedBufferAttribute){for(let Le=0;Le<H.locationSize;Le++)g(H.location+Le,_e.meshPerAttribute);N.isInstancedMesh!==!0&&I._maxInstanceCount===void 0&&(I._maxInstanceCount=_e.meshPerAttribute*_e.count)}else for(let Le=0;Le<H.locationSize;Le++)m(H.location+Le);s.bindBuffer(s.ARRAY_BUFFER,j);for(let Le=0;Le<H.locationSize;Le++)T(H.location+Le,xe/H.locationSize,ge,ee,Oe*Me,(pt+xe/H.locationSize*Le)*Me,Re)}else{if(K.isInstancedBufferAttribute){for(let _e=0;_e<H.locationSize;_e++)g(H.location+_e,K.meshPerAttribute);N.isInstancedMesh!==!0&&I._maxInstanceCount===void 0&&(I._maxInstanceCount=K.meshPerAttribute*K.count)}else for(let _e=0;_e<H.locationSize;_e++)m(H.location+_e);s.bindBuffer(s.ARRAY_BUFFER,j);for(let _e=0;_e<H.locationSize;_e++)T(H.location+_e,xe/H.locationSize,ge,ee,xe*Me,xe/H.locationSize*_e*Me,Re)}}else if(z!==void 0){const ee=z[te];if(ee!==void 0)switch(ee.length){case 2:s.vertexAttrib2fv(H.location,ee);break;case 3:s.vertexAttrib3fv(H.location,ee);break;case 4:s.vertexAttrib4fv(H.location,ee);break;default:s.vertexAttrib1fv(H.location,ee)}}}}y()}function R(){k();for(const N in n){const G=n[N];for(const $ in G){const I=G[$];for(const W in I){const J=I[W];for(const z in J)h(J[z].object),delete J[z];delete I[W]}}delete n[N]}}function w(N){if(n[N.id]===void 0)return;const G=n[N.id];for(const $ in G){const I=G[$];for(const W in I){const J=I[W];for(const z in J)h(J[z].object),delete J[z];delete I[W]}}delete n[N.id]}function _(N){for(const G in n){const $=n[G];for(const I in $){const W=$[I];if(W[N.id]===void 0)continue;const J=W[N.id];for(const z in J)h(J[z].object),delete J[z];delete W[N.id]}}}function b(N){for(const G in n){const $=n[G],I=N.isInstancedMesh===!0?N.id:0,W=$[I];if(W!==void 0){for(const J in W){const z=W[J];for(const te in z)h(z[te].object),delete z[te];delete W[J]}delete $[I],Object.keys($).length===0&&delete n[G]}}}function k(){P(),a=!0,r!==i&&(r=i,c(r.object))}function P(){i.geometry=null,i.program=null,i.wireframe=!1}return{setup:o,reset:k,resetDefaultState:P,dispose:R,releaseStatesOfGeometry:w,releaseStatesOfObject:b,releaseStatesOfProgram:_,initAttributes:v,enableAttribute:m,disableUnusedAttributes:y}}function r0(s,e,t){let n;function i(l){n=l}function r(l,c){s.drawArrays(n,l,c),t.update(c,n,1)}function a(l,c,h){h!==0&&(s.drawArraysInstanced(n,l,c,h),t.update(c,n,h))}function o(l,c,h){if(h===0)return;e.get("WEBGL_multi_draw").multiDrawArraysWEBGL(n,l,0,c,0,h);let u=0;for(let f=0;f<h;f++)u+=c[f];t.update(u,n,1)}this.setMode=i,this.render=r,this.renderInstances=a,this.renderMultiDraw=o}function a0(s,e,t,n){let i;function r(){if(i!==void 0)return i;if(e.has("EXT_texture_filter_anisotropic")===!0){const _=e.get("EXT_texture_filter_anisotropic");i=s.getParameter(_.MAX_TEXTURE_MAX_ANISOTROPY_EXT)}else i=0;return i}function a(_){return!(_!==vn&&n.convert(_)!==s.getParameter(s.IMPLEMENTATION_COLOR_READ_FORMAT))}function o(_){const b=_===Fn&&(e.has("EXT_color_buffer_half_float")||e.has("EXT_color_buffer_float"));return!(_!==jt&&_!==cn&&!b&&n.convert(_)!==s.getParameter(s.IMPLEMENTATION_COLOR_READ_TYPE))}function l(_){if(_==="highp"){if(s.getShaderPrecisionFormat(s.VERTEX_SHADER,s.HIGH_FLOAT).precision>0&&s.getShaderPrecisionFormat(s.FRAGMENT_SHADER,s.HIGH_FLOAT).precision>0)return"highp";_="mediump"}return _==="mediump"&&s.getShaderPrecisionFormat(s.VERTEX_SHADER,s.MEDIUM_FLOAT).precision>0&&s.getShaderPrecisionFormat(s.FRAGMENT_SHADER,s.MEDIUM_FLOAT).precision>0?"mediump":"lowp"}let c=t.precision!==void 0?t.precision:"highp";const h=l(c);h!==c&&(Te("WebGLRenderer:",c,"not supported, using",h,"instead."),c=h);const d=t.reversedDepthBuffer===!0&&e.has("EXT_clip_control"),u=t.logarithmicDepthBuffer===!0&&d===!1;t.reversedDepthBuffer===!0&&d===!1&&Te("WebGLRenderer: Unable to use reversed depth buffer due to missing EXT_clip_control extension. Fallback to default depth buffer."),t.logarithmicDepthBuffer===!0&&d===!0&&Te("WebGLRenderer: Logarithmic depth buffer is ignored when reversed depth buffer is enabled.");const f=s.getParameter(s.MAX_TEXTURE_IMAGE_UNITS),p=s.getParameter(s.MAX_VERTEX_TEXTURE_IMAGE_UNITS),v=s.getParameter(s.MAX_TEXTURE_SIZE),m=s.getParameter(s.MAX_CUBE_MAP_TEXTURE_SIZE),g=s.getParameter(s.MAX_VERTEX_ATTRIBS),y=s.getParameter(s.MAX_VERTEX_UNIFORM_VECTORS),T=s.getParameter(s.MAX_VARYING_VECTORS),S=s.getParameter(s.MAX_FRAGMENT_UNIFORM_VECTORS),R=s.getParameter(s.MAX_SAMPLES),w=s.getParameter(s.SAMPLES);return{isWebGL2:!0,getMaxAnisotropy:r,getMaxPrecision:l,textureFormatReadable:a,textureTypeReadable:o,precision:c,logarithmicDepthBuffer:u,reversedDepthBuffer:d,maxTextures:f,maxVertexTextures:p,maxTextureSize:v,maxCubemapSize:m,maxAttributes:g,maxVertexUniforms:y,maxVaryings:T,maxFragmentUniforms:S,maxSamples:R,samples:w}}function o0(s){const e=this;let t=null,n=0,i=!1,r=!1;const a=new Kn,o=new Fe,l={value:null,needsUpdate:!1};this.uniform=l,this.numPlanes=0,this.numIntersection=0,this.init=function(d,u){const f=d.length!==0||u||n!==0||i;return i=u,n=d.length,f},this.beginShadows=function(){r=!0,h(null)},this.endShadows=function(){r=!1},this.setGlobalState=function(d,u){t=h(d,u,0)},this.setState=function(d,u,f){const p=d.clippingPlanes,v=d.clipIntersection,m=d.clipShadows,g=s.get(d);if(!i||p===null||p.length===0||r&&!m)r?h(null):c();else{const y=r?0:n,T=y*4;let S=g.clippingState||null;l.value=S,S=h(p,u,T,f);for(let R=0;R!==T;++R)S[R]=t[R];g.clippingState=S,this.numIntersection=v?this.numPlanes:0,this.numPlanes+=y}};function c(){l.value!==t&&(l.value=t,l.needsUpdate=n>0),e.numPlanes=n,e.numIntersection=0}function h(d,u,f,p){const v=d!==null?d.length:0;let m=null;if(v!==0){if(m=l.value,p!==!0||m===null){const g=f+v*4,y=u.matrixWorldInverse;o.getNormalMatrix(y),(m===null||m.length<g)&&(m=new Float32Array(g));for(let T=0,S=f;T!==v;++T,S+=4)a.copy(d[T]).applyMatrix4(y,o),a.normal.toArray(m,S),m[S+3]=a.constant}l.value=m,l.needsUpdate=!0}return e.numPlanes=v,e.numIntersection=0,m}}class Dl extends kn{constructor(e=1,t={}){super(e,e,t),this.isWebGLCubeRenderTarget=!0;const n={width:e,height:e,depth:1},i=[n,n,n,n,n,n];this.texture=new Vd(i),this._setTextureOptions(t),this.texture.isRenderTargetTexture=!0}fromEquirectangularTexture(e,t){this.texture.type=t.type,this.texture.colorSpace=t.colorSpace,this.texture.generateMipmaps=t.generateMipmaps,this.texture.minFilter=t.minFilter,this.texture.magFilter=t.magFilter;const n={uniforms:{tEquirect:{value:null}},vertexShader:`

				varying vec3 vWorldDirection;

				vec3 transformDirection( in vec3 dir, in mat4 matrix ) {

					return normalize( ( matrix * vec4( dir, 0.0 ) ).xyz );

				}

				void main() {

					vWorldDirection = transformDirection( position, modelMatrix );

					#include <begin_vertex>
					#include <project_vertex>

				}
			`,fragmentShader:`

				uniform sampler2D tEquirect;

				varying vec3 vWorldDirection;

				#include <common>

				void main() {

					vec3 direction = normalize( vWorldDirection );

					vec2 sampleUV = equirectUv( direction );

					gl_FragColor = texture2D( tEquirect, sampleUV );

				}
			`},i=new ls(5,5,5),r=new Ti({name:"CubemapFromEquirect",uniforms:as(n.uniforms),vertexShader:n.vertexShader,fragmentShader:n.fragmentShader,side:Xt,blending:ji});r.uniforms.tEquirect.value=t;const a=new ut(i,r),o=t.minFilter;return t.minFilter===Un&&(t.minFilter=Nt),new Yo(1,10,this).update(e,a),t.minFilter=o,a.geometry.dispose(),a.material.dispose(),this}clear(e,t=!0,n=!0,i=!0){const r=e.getRenderTarget();for(let a=0;a<6;a++)e.setRenderTarget(this,a),e.clear(t,n,i);e.setRenderTarget(r)}}const Zc=256,l0=3,c0=20,nu=256,iu=16,h0=3,d0=new U,u0=new Ie;class Js{constructor(e){this._renderer=e,this._cubeSize=0,this._sourceTarget=null,this._cubeCamera=new Yo(1,10,null),this._boxMesh=new ut(new ls(5,5,5),null),this._cubemapMaterial=null,this._equirectMaterial=null,this._blurMaterial=null,this._ggxMaterial=null,this._integrationMaterial=null}fromScene(e,t=0,n=.1,i=100,r={}){const{size:a=256,position:o=d0}=r,l=this._renderer;this._setSize(a);const c=this._allocateTarget(),h=this._getSourceTarget(!0);t>0&&(h.texture.mipmapsAutoUpdate=!1);const d=l.autoClear,u=l.autoClearColor,f=l.autoClearDepth,p=l.autoClearStencil,v=e.background;l.autoClear=!0,l.autoClearColor=!0,l.autoClearDepth=!0,l.autoClearStencil=!0,v===null&&(e.background=l.getClearColor(u0));const m=new Yo(n,i,h);return m.position.copy(o),m.update(l,e),l.autoClear=d,l.autoClearColor=u,l.autoClearDepth=f,l.autoClearStencil=p,e.background=v,t>0&&(h.texture.mipmapsAutoUpdate=!0,this._blur(c,t)),this._applyPMREM(c),c}fromEquirectangular(e,t=null){return this._fromTexture(e,t)}fromCubemap(e,t=null){return this._fromTexture(e,t)}compileCubemapShader(){this._cubemapMaterial===null&&(this._cubemapMaterial=eh(),this._compileMaterial(this._cubemapMaterial))}compileEquirectangularShader(){this._equirectMaterial===null&&(this._equirectMaterial=Qc(),this._compileMaterial(this._equirectMaterial))}dispose(){this._sourceTarget!==null&&this._sourceTarget.dispose(),this._cubemapMaterial!==null&&this._cubemapMaterial.dispose(),this._equirectMaterial!==null&&this._equirectMaterial.dispose(),this._blurMaterial!==null&&this._blurMaterial.dispose(),this._ggxMaterial!==null&&this._ggxMaterial.dispose(),this._integrationMaterial!==null&&this._integrationMaterial.dispose(),this._boxMesh.geometry.dispose()}static lodToRoughness(e,t){return t>0?1-Math.sqrt(1-e/t):0}_setSize(e){this._cubeSize=Math.max(Zc,Pd(e))}_fromTexture(e,t){e.mapping===ts||e.mapping===Vs?this._setSize(e.image.length===0?Zc:e.image[0].width||e.image[0].image.width):this._setSize(e.image.width/4);const n=t||this._allocateTarget();return this._textureToCubemap(e),this._applyPMREM(n),n}_allocateTarget(){const e=this._cubeSize,t=Jc(e,!1,!1),n=Math.log2(e)-l0;for(let i=0;i<=n;i++)t.texture.mipmaps.push({width:e>>i,height:e>>i});return t.texture.name="PMREM",t.texture.isPMREMTexture=!0,t}_getSourceTarget(e=!1){const t=this._cubeSize,n=this._sourceTarget;return(n===null||n.width!==t||e&&n.depthBuffer===!1)&&(n!==null&&n.dispose(),this._sourceTarget=Jc(t,!0,e)),this._sourceTarget}_compileMaterial(e){this._boxMesh.material=e,this._renderer.compile(this._boxMesh,this._cubeCamera.children[0])}_renderCube(e,t,n){const i=this._boxMesh,r=this._cubeCamera;i.material=n,r.renderTarget=e,r.activeMipmapLevel=t;const a=e.width>>t;e.viewport.set(0,0,a,a),r.update(this._renderer,i),e.viewport.set(0,0,e.width,e.height)}_textureToCubemap(e){let t;e.mapping===ts||e.mapping===Vs?(this._cubemapMaterial===null&&(this._cubemapMaterial=eh()),t=this._cubemapMaterial,t.uniforms.flipEnvMap.value=e.isRenderTargetTexture===!1?-1:1):(this._equirectMaterial===null&&(this._equirectMaterial=Qc()),t=this._equirectMaterial),t.uniforms.envMap.value=e,this._renderCube(this._getSourceTarget(),0,t)}_applyPMREM(e){this._ggxMaterial===null&&(this._ggxMaterial=f0(),this._integrationMaterial=p0());const t=this._cubeSize,n=e.texture.mipmaps.length-1,i=this._ggxMaterial.uniforms;i.envMap.value=this._sourceTarget.texture;const r=this._integrationMaterial.uniforms;r.envMap.value=this._sourceTarget.texture,r.sourceLod.value=Math.log2(t/iu);for(let a=0;a<=n;a++){const o=Js.lodToRoughness(a,n);if(a>n-h0)r.roughness.value=o,this._renderCube(e,a,this._integrationMaterial);else{const l=o>0?Math.log2(t)+.5*Math.log2(6/(nu*Math.pow(o,4)))+.5:0;i.roughness.value=o,i.lodBias.value=l,this._renderCube(e,a,this._ggxMaterial)}}}_blur(e,t){this._blurMaterial===null&&(this._blurMaterial=m0());const n=this._blurMaterial,i=n.uniforms,r=this._sourceTarget;i.sigma.value=Math.min(t,Math.PI)/Math.SQRT2,i.envMap.value=r.texture,this._renderCube(e,0,n),i.envMap.value=e.texture,this._renderCube(r,0,n)}}function Jc(s,e,t){return new Dl(s,{minFilter:Un,generateMipmaps:e,type:Fn,colorSpace:Qt,depthBuffer:t})}function tr(s,e,t){return new Ti({name:s,uniforms:e,vertexShader:Ve.cube_vert,fragmentShader:t,side:Xt,blending:ji,depthTest:!1,depthWrite:!1})}function f0(){return tr("PMREMGGXConvolution",{envMap:{value:null},roughness:{value:0},lodBias:{value:0}},`

		#define GGX_SAMPLES ${nu}u

		varying vec3 vWorldDirection;

		uniform samplerCube envMap;
		uniform float roughness;
		uniform float lodBias;

		#include <common>

		// Van der Corput radical inverse
		float radicalInverse_VdC( uint bits ) {

			bits = ( bits << 16u ) | ( bits >> 16u );
			bits = ( ( bits & 0x55555555u ) << 1u ) | ( ( bits & 0xAAAAAAAAu ) >> 1u );
			bits = ( ( bits & 0x33333333u ) << 2u ) | ( ( bits & 0xCCCCCCCCu ) >> 2u );
			bits = ( ( bits & 0x0F0F0F0Fu ) << 4u ) | ( ( bits & 0xF0F0F0F0u ) >> 4u );
			bits = ( ( bits & 0x00FF00FFu ) << 8u ) | ( ( bits & 0xFF00FF00u ) >> 8u );
			return float( bits ) * 2.3283064365386963e-10; // / 0x100000000

		}

		// Hammersley sequence
		vec2 hammersley( uint i, uint N ) {

			return vec2( float( i ) / float( N ), radicalInverse_VdC( i ) );

		}

		void main() {

			vec3 N = normalize( vWorldDirection );

			// For very low roughness, just sample the environment directly
			if ( roughness < 0.001 ) {

				gl_FragColor = vec4( textureLod( envMap, N, 0.0 ).rgb, 1.0 );
				return;

			}

			float alpha = roughness * roughness;
			float alpha2 = alpha * alpha;

			// Tangent space basis for VNDF sampling
			vec3 up = abs( N.z ) < 0.999 ? vec3( 0.0, 0.0, 1.0 ) : vec3( 1.0, 0.0, 0.0 );
			vec3 tangent = normalize( cross( up, N ) );
			vec3 bitangent = cross( N, tangent );

			vec3 prefilteredColor = vec3( 0.0 );
			float totalWeight = 0.0;

			for ( uint i = 0u; i < GGX_SAMPLES; i ++ ) {

				vec2 Xi = hammersley( i, GGX_SAMPLES );

				// With V = N, sample the reflected direction directly.
				float invQ = 1.0 / ( 1.0 - Xi.x + alpha2 * Xi.x );
				float NdotL = ( 1.0 - Xi.x - alpha2 * Xi.x ) * invQ;

				if ( NdotL > 0.0 ) {

					float phi = 2.0 * PI * Xi.y;
					float sinTheta = 2.0 * alpha * sqrt( Xi.x * ( 1.0 - Xi.x ) ) * invQ;
					vec3 L = N * NdotL + ( tangent * cos( phi ) + bitangent * sin( phi ) ) * sinTheta;

					// Match the source mip to the sample's solid angle. The terms
					// independent of the sample are precomputed in lodBias.
					float d = alpha2 * invQ;
					float lod = max( log2( d ) + lodBias, 0.0 );

					// Weight by NdotL for the split-sum approximation
					prefilteredColor += textureLod( envMap, L, lod ).rgb * NdotL;
					totalWeight += NdotL;

				}

			}

			gl_FragColor = vec4( prefilteredColor / totalWeight, 1.0 );

		}
	`)}function p0(){return tr("PMREMGGXIntegration",{envMap:{value:null},roughness:{value:0},sourceLod:{value:0},sourceSize:{value:iu}},`

		varying vec3 vWorldDirection;

		uniform samplerCube envMap;
		uniform float roughness;
		uniform float sourceLod;
		uniform int sourceSize;

		void main() {

			vec3 N = normalize( vWorldDirection );

			float alpha = roughness * roughness;
			float alpha2 = alpha * alpha;

			float texelSize = 2.0 / float( sourceSize );

			vec3 prefilteredColor = vec3( 0.0 );
			float totalWeight = 0.0;

			// Pair opposite texels: only the one in N's hemisphere contributes.
			for ( int face = 0; face < 3; face ++ ) {

				for ( int y = 0; y < sourceSize; y ++ ) {

					for ( int x = 0; x < sourceSize; x ++ ) {

						vec2 uv = ( vec2( x, y ) + 0.5 ) * texelSize - 1.0;
						vec3 texelDirection = face == 0 ? vec3( 1.0, uv ) : ( face == 1 ? vec3( uv.x, 1.0, uv.y ) : vec3( uv, 1.0 ) );

						float invDistance = inversesqrt( 1.0 + dot( uv, uv ) );
						float NdotL = dot( N, texelDirection );
						texelDirection *= NdotL < 0.0 ? - 1.0 : 1.0;
						NdotL = abs( NdotL ) * invDistance;

						// With V = N, NdotH squared is ( 1 + NdotL ) / 2. Common factors
						// in the GGX distribution and texel solid angle cancel when normalized.
						float d = 1.0 + alpha2 + ( alpha2 - 1.0 ) * NdotL;
						float weight = NdotL * invDistance * invDistance * invDistance / ( d * d );

						prefilteredColor += textureLod( envMap, texelDirection, sourceLod ).rgb * weight;
						totalWeight += weight;

					}

				}

			}

			gl_FragColor = vec4( prefilteredColor / totalWeight, 1.0 );

		}
	`)}function m0(){return tr("PMREMSphericalGaussianBlur",{envMap:{value:null},sigma:{value:0}},`

		#define SAMPLES ${c0}
		#define GOLDEN_ANGLE 2.39996322973

		varying vec3 vWorldDirection;

		uniform samplerCube envMap;
		uniform float sigma;

		#include <common>

		void main() {

			vec3 outputDirection = normalize( vWorldDirection );

			vec3 up = abs( outputDirection.z ) < 0.999 ? vec3( 0.0, 0.0, 1.0 ) : vec3( 1.0, 0.0, 0.0 );
			vec3 tangent = normalize( cross( up, outputDirection ) );
			vec3 bitangent = cross( outputDirection, tangent );

			// Truncate the kernel at three standard deviations or at the antipode.
			float thetaMax = min( 3.0 * sigma, PI );
			float truncation = 1.0 - exp( - 0.5 * thetaMax * thetaMax / ( sigma * sigma ) );

			vec3 accumColor = vec3( 0.0 );
			float accumWeight = 0.0;

			for ( int i = 0; i < SAMPLES; i ++ ) {

				// Stratified inverse-CDF sampling of the Gaussian, placed on a golden-angle spiral.
				float stratum = ( float( i ) + 0.5 ) / float( SAMPLES );
				float theta = sigma * sqrt( - 2.0 * log( 1.0 - stratum * truncation ) );
				float phi = float( i ) * GOLDEN_ANGLE;

				vec3 offset = cos( phi ) * tangent + sin( phi ) * bitangent;
				vec3 sampleDirection = cos( theta ) * outputDirection + sin( theta ) * offset;

				// Correct the planar sample density to solid angle.
				float weight = sin( theta ) / theta;

				accumColor += weight * textureLod( envMap, sampleDirection, 0.0 ).rgb;
				accumWeight += weight;

			}

			gl_FragColor = vec4( accumColor / accumWeight, 1.0 );

		}
	`)}function Qc(){return tr("PMREMEquirectangularToCubemap",{envMap:{value:null}},`

		varying vec3 vWorldDirection;

		uniform sampler2D envMap;

		#include <common>

		void main() {

			// Average four subpixel samples to preserve small, bright features.
			vec3 direction = normalize( vWorldDirection );
			vec3 dx = dFdx( direction ) * 0.25;
			vec3 dy = dFdy( direction ) * 0.25;

			vec3 color = textureLod( envMap, equirectUv( normalize( direction - dx - dy ) ), 0.0 ).rgb;
			color += textureLod( envMap, equirectUv( normalize( direction + dx - dy ) ), 0.0 ).rgb;
			color += textureLod( envMap, equirectUv( normalize( direction - dx + dy ) ), 0.0 ).rgb;
			color += textureLod( envMap, equirectUv( normalize( direction + dx + dy ) ), 0.0 ).rgb;
			gl_FragColor = vec4( color * 0.25, 1.0 );

		}
	`)}function eh(){return tr("PMREMCubemapToCubemap",{envMap:{value:null},flipEnvMap:{value:-1}},`

		varying vec3 vWorldDirection;

		uniform samplerCube envMap;
		uniform float flipEnvMap;

		void main() {

			gl_FragColor = vec4( textureCube( envMap, vec3( flipEnvMap * vWorldDirection.x, vWorldDirection.yz ) ).rgb, 1.0 );

		}
	`)}function g0(s){let e=new WeakMap,t=new WeakMap,n=null;function i(u,f=!1){return u==null?null:f?a(u):r(u)}function r(u){if(u&&u.isTexture){const f=u.mapping;if(f===ua||f===fa)if(e.has(u)){const p=e.get(u).texture;return o(p,u.mapping)}else{const p=u.image;if(p&&p.height>0){const v=new Dl(p.height);return v.fromEquirectangularTexture(s,u),e.set(u,v),u.addEventListener("dispose",c),o(v.texture,u.mapping)}else return null}}return u}function a(u){if(u&&u.isTexture&&u.isPMREMTexture!==!0){const f=u.mapping,p=f===ua||f===fa,v=f===ts||f===Vs;if(p||v){let m=t.get(u);const g=m!==void 0?m.texture.pmremVersion:0;if(u.isRenderTargetTexture&&u.pmremVersion!==g)return n===null&&(n=new Js(s)),m=p?n.fromEquirectangular(u,m):n.fromCubemap(u,m),m.texture.pmremVersion=u.pmremVersion,t.set(u,m),m.texture;if(m!==void 0)return m.texture;{const y=u.image;return p&&y&&y.height>0||v&&y&&l(y)?(n===null&&(n=new Js(s)),m=p?n.fromEquirectangular(u):n.fromCubemap(u),m.texture.pmremVersion=u.pmremVersion,t.set(u,m),u.addEventListener("dispose",h),m.texture):null}}}return u}function o(u,f){return f===ua?u.mapping=ts:f===fa&&(u.mapping=Vs),u}function l(u){let f=0;const p=6;for(let v=0;v<p;v++)u[v]!==void 0&&f++;return f===p}function c(u){const f=u.target;f.removeEventListener("dispose",c);const p=e.get(f);p!==void 0&&(e.delete(f),p.dispose())}function h(u){const f=u.target;f.removeEventListener("dispose",h);const p=t.get(f);p!==void 0&&(t.delete(f),p.dispose())}function d(){e=new WeakMap,t=new WeakMap,n!==null&&(n.dispose(),n=null)}return{get:i,dispose:d}}function _0(s){const e={};function t(n){if(e[n]!==void 0)return e[n];const i=s.getExtension(n);return e[n]=i,i}return{has:function(n){return t(n)!==null},init:function(){t("EXT_color_buffer_float"),t("WEBGL_clip_cull_distance"),t("OES_texture_float_linear"),t("EXT_color_buffer_half_float"),t("WEBGL_multisampled_render_to_texture"),t("WEBGL_render_shared_exponent")},get:function(n){const i=t(n);return i===null&&Zi("WebGLRenderer: "+n+" extension not supported."),i}}}function v0(s,e,t,n){const i={},r=new WeakMap,a=new FinalizationRegistry(p=>delete i[p]);function o(p){l(p.target)}function l(p){p.index!==null&&e.remove(p.index);for(const m in p.attributes)e.remove(p.attributes[m]);p.removeEventListener("dispose",o),delete i[p.id],a.unregister(p);const v=r.get(p);v&&(e.remove(v),r.delete(p)),n.releaseStatesOfGeometry(p),p.isInstancedBufferGeometry===!0&&delete p._maxInstanceCount,t.memory.geometries--}function c(p,v){return i[v.id]!==void 0||(v.addEventListener("dispose",o),i[v.id]=new WeakRef(v),a.register(v,v.id,v),t.memory.geometries++),v}function h(p){const v=p.attributes;for(const m in v)e.update(v[m],s.ARRAY_BUFFER)}function d(p){const v=p.index,m=p.attributes.position;let g=0;if(m===void 0)return;const y=v!==null?v.array.length:m.array.length/3-1,T=m.count>=65535?Fd:Od,S=new T(Math.ceil(y/3)*6,1),R=S.array;if(v!==null){const _=v.array;g=v.version;for(let b=0,k=0;b<y;b+=3){const P=_[b+0],N=_[b+1],G=_[b+2];R[k++]=P,R[k++]=N,R[k++]=N,R[k++]=G,R[k++]=G,R[k++]=P}}else{g=m.version;for(let _=0,b=0;_<y;_+=3){const k=_+0,P=_+1,N=_+2;R[b++]=k,R[b++]=P,R[b++]=P,R[b++]=N,R[b++]=N,R[b++]=k}}S.version=g;const w=r.get(p);w&&e.remove(w),r.set(p,S)}function u(p){const v=r.get(p);if(v){const m=p.index;m!==null&&v.version<m.version&&d(p)}else d(p);return r.get(p)}function f(){for(const p in i){const v=i[p].deref();v!==void 0&&l(v)}}return{get:c,update:h,getWireframeAttribute:u,dispose:f}}function x0(s,e,t){let n;function i(d){n=d}let r,a;function o(d){r=d.type,a=d.bytesPerElement}function l(d,u){s.drawElements(n,u,r,d*a),t.update(u,n,1)}function c(d,u,f){f!==0&&(s.drawElementsInstanced(n,u,r,d*a,f),t.update(u,n,f))}function h(d,u,f){if(f===0)return;e.get("WEBGL_multi_draw").multiDrawElementsWEBGL(n,u,0,r,d,0,f);let v=0;for(let m=0;m<f;m++)v+=u[m];t.update(v,n,1)}this.setMode=i,this.setIndex=o,this.render=l,this.renderInstances=c,this.renderMultiDraw=h}function y0(s){const e={geometries:0,textures:0},t={frame:0,calls:0,triangles:0,points:0,lines:0};function n(r,a,o){switch(t.calls++,a){case s.TRIANGLES:t.triangles+=o*(r/3);break;case s.LINES:t.lines+=o*(r/2);break;case s.LINE_STRIP:t.lines+=o*(r-1);break;case s.LINE_LOOP:t.lines+=o*r;break;case s.POINTS:t.points+=o*r;break;default:Ne("WebGLInfo: Unknown draw mode:",a);break}}function i(){t.calls=0,t.triangles=0,t.points=0,t.lines=0}return{memory:e,render:t,programs:null,autoReset:!0,reset:i,update:n}}function M0(s,e,t){const n=new WeakMap,i=new at;function r(a,o,l){const c=a.morphTargetInfluences,h=o.morphAttributes.position||o.morphAttributes.normal||o.morphAttributes.color,d=h!==void 0?h.length:0;let u=n.get(o);if(u===void 0||u.count!==d){let P=function(){b.dispose(),n.delete(o),o.removeEventListener("dispose",P)};var f=P;u!==void 0&&u.texture.dispose();const p=o.morphAttributes.position!==void 0,v=o.morphAttributes.normal!==void 0,m=o.morphAttributes.color!==void 0,g=o.morphAttributes.position||[],y=o.morphAttributes.normal||[],T=o.morphAttributes.color||[];let S=0;p===!0&&(S=1),v===!0&&(S=2),m===!0&&(S=3);let R=o.attributes.position.count*S,w=1;R>e.maxTextureSize&&(w=Math.ceil(R/e.maxTextureSize),R=e.maxTextureSize);const _=new Float32Array(R*w*4*d),b=new Dd(_,R,w,d);b.type=cn,b.needsUpdate=!0;const k=S*4;for(let N=0;N<d;N++){const G=g[N],$=y[N],I=T[N],W=R*w*4*N;for(let J=0;J<G.count;J++){const z=J*k;p===!0&&(i.fromBufferAttribute(G,J),_[W+z+0]=i.x,_[W+z+1]=i.y,_[W+z+2]=i.z,_[W+z+3]=0),v===!0&&(i.fromBufferAttribute($,J),_[W+z+4]=i.x,_[W+z+5]=i.y,_[W+z+6]=i.z,_[W+z+7]=0),m===!0&&(i.fromBufferAttribute(I,J),_[W+z+8]=i.x,_[W+z+9]=i.y,_[W+z+10]=i.z,_[W+z+11]=I.itemSize===4?i.w:1)}}u={count:d,texture:b,size:new De(R,w)},n.set(o,u),o.addEventListener("dispose",P)}if(a.isInstancedMesh===!0&&a.morphTexture!==null)l.getUniforms().setValue(s,"morphTexture",a.morphTexture,t);else{let p=0;for(let m=0;m<c.length;m++)p+=c[m];const v=o.morphTargetsRelative?1:1-p;l.getUniforms().setValue(s,"morphTargetBaseInfluence",v),l.getUniforms().setValue(s,"morphTargetInfluences",c)}l.getUniforms().setValue(s,"morphTargetsTexture",u.texture,t),l.getUniforms().setValue(s,"morphTargetsTextureSize",u.size)}return{update:r}}function S0(s,e,t,n,i){let r=new WeakMap;function a(c){const h=i.render.frame,d=c.geometry,u=e.get(c,d);if(r.get(u)!==h&&(e.update(u),r.set(u,h)),c.isInstancedMesh&&(c.hasEventListener("dispose",l)===!1&&c.addEventListener("dispose",l),r.get(c)!==h&&(t.update(c.instanceMatrix,s.ARRAY_BUFFER),c.instanceColor!==null&&t.update(c.instanceColor,s.ARRAY_BUFFER),r.set(c,h))),c.isSkinnedMesh){const f=c.skeleton;r.get(f)!==h&&(f.update(),r.set(f,h))}return u}function o(){r=new WeakMap}function l(c){const h=c.target;h.removeEventListener("dispose",l),n.releaseStatesOfObject(h),t.remove(h.instanceMatrix),h.instanceColor!==null&&t.remove(h.instanceColor)}return{update:a,dispose:o}}const b0={[dd]:"LINEAR_TONE_MAPPING",[ud]:"REINHARD_TONE_MAPPING",[fd]:"CINEON_TONE_MAPPING",[hl]:"ACES_FILMIC_TONE_MAPPING",[md]:"AGX_TONE_MAPPING",[gd]:"NEUTRAL_TONE_MAPPING",[pd]:"CUSTOM_TONE_MAPPING"};function E0(s,e,t,n,i,r){const a=new kn(e,t,{type:s,depthBuffer:i,stencilBuffer:r,samples:n?4:0,storeMultisampledDepthBuffer:!1,storeMultisampledStencilBuffer:!1,resolveDepthBuffer:!1,resolveStencilBuffer:!1});let o=null,l=null,c=null;const h=new bn;h.setAttribute("position",new yn([-1,3,0,-1,-1,0,3,-1,0],3)),h.setAttribute("uv",new yn([0,2,0,0,2,0],2));const d=new kp({uniforms:{tDiffuse:{value:null}},vertexShader:`
			precision highp float;

			uniform mat4 modelViewMatrix;
			uniform mat4 projectionMatrix;

			attribute vec3 position;
			attribute vec2 uv;

			varying vec2 vUv;

			void main() {
				vUv = uv;
				gl_Position = projectionMatrix * modelViewMatrix * vec4( position, 1.0 );
			}`,fragmentShader:`
			precision highp float;

			uniform sampler2D tDiffuse;

			varying vec2 vUv;

			#include <tonemapping_pars_fragment>
			#include <colorspace_pars_fragment>

			void main() {
				gl_FragColor = texture2D( tDiffuse, vUv );

				#ifdef LINEAR_TONE_MAPPING
					gl_FragColor.rgb = LinearToneMapping( gl_FragColor.rgb );
				#elif defined( REINHARD_TONE_MAPPING )
					gl_FragColor.rgb = ReinhardToneMapping( gl_FragColor.rgb );
				#elif defined( CINEON_TONE_MAPPING )
					gl_FragColor.rgb = CineonToneMapping( gl_FragColor.rgb );
				#elif defined( ACES_FILMIC_TONE_MAPPING )
					gl_FragColor.rgb = ACESFilmicToneMapping( gl_FragColor.rgb );
				#elif defined( AGX_TONE_MAPPING )
					gl_FragColor.rgb = AgXToneMapping( gl_FragColor.rgb );
				#elif defined( NEUTRAL_TONE_MAPPING )
					gl_FragColor.rgb = NeutralToneMapping( gl_FragColor.rgb );
				#elif defined( CUSTOM_TONE_MAPPING )
					gl_FragColor.rgb = CustomToneMapping( gl_FragColor.rgb );
				#endif

				#ifdef SRGB_TRANSFER
					gl_FragColor = sRGBTransferOETF( gl_FragColor );
				#endif
			}`,depthTest:!1,depthWrite:!1}),u=new ut(h,d),f=new Cl(-1,1,1,-1,0,1);let p=null,v=null,m=!1,g,y=null,T=[],S=!1;this.setSize=function(R,w){a.setSize(R,w),o!==null&&o.setSize(R,w),l!==null&&l.setSize(R,w);for(let _=0;_<T.length;_++){const b=T[_];b.setSize&&b.setSize(R,w)}},this.setEffects=function(R){T=R,S=T.length>0&&T[0].isRenderPass===!0;const w=a.width,_=a.height;T.length>0&&o===null&&(o=new kn(w,_,{type:Fn,depthBuffer:!1,stencilBuffer:!1}),l=new kn(w,_,{type:Fn,depthBuffer:!1,stencilBuffer:!1}));const b=i===!0&&T.some(k=>k.needsDepthTexture===!0);b!==(a.depthTexture!==null)&&(b===!0&&c===null&&(c=new rs(w,_),r===!0&&(c.format=hi,c.type=is)),a.dispose(),a.depthTexture=b?c:null,a.resolveDepthBuffer=b,a.storeMultisampledDepthBuffer=b);for(let k=0;k<T.length;k++){const P=T[k];P.setSize&&P.setSize(w,_),b&&P.needsDepthTexture===!0&&P.setDepthTexture&&P.setDepthTexture(c)}},this.begin=function(R,w){if(m||R.toneMapping===jn&&T.length===0)return!1;if(y=w,w!==null){const _=w.width,b=w.height;(a.width!==_||a.height!==b)&&this.setSize(_,b)}return S===!1&&R.setRenderTarget(a),g=R.toneMapping,R.toneMapping=jn,!0},this.hasRenderPass=function(){return S},this.end=function(R,w){R.toneMapping=g,m=!0;let _=a,b=o;for(let k=0;k<T.length;k++){const P=T[k];P.enabled!==!1&&(P.render(R,b,_,w),P.needsSwap!==!1&&(_=b,b=b===o?l:o))}if(p!==R.outputColorSpace||v!==R.toneMapping){p=R.outputColorSpace,v=R.toneMapping,d.defines={},$e.getTransfer(p)===nt&&(d.defines.SRGB_TRANSFER="");const k=b0[v];k&&(d.defines[k]=""),d.needsUpdate=!0}d.uniforms.tDiffuse.value=_.texture,R.setRenderTarget(y),R.render(u,f),y=null,m=!1},this.isCompositing=function(){return m},this.dispose=function(){a.dispose(),o!==null&&o.dispose(),l!==null&&l.dispose(),h.dispose(),d.dispose()}}const su=new bt,ru=new rs(1,1),au=new Wd(1),ou=new Dd,lu=new lp,cu=new Vd,th=[],nh=[],ih=new Float32Array(16),sh=new Float32Array(9),rh=new Float32Array(4);function fs(s,e,t){const n=s[0];if(n<=0||n>0)return s;const i=e*t;let r=th[i];if(r===void 0&&(r=new Float32Array(i),th[i]=r),e!==0){n.toArray(r,0);for(let a=1,o=0;a!==e;++a)o+=t,s[a].toArray(r,o)}return r}function Et(s,e){if(s.length!==e.length)return!1;for(let t=0,n=s.length;t<n;t++)if(s[t]!==e[t])return!1;return!0}function wt(s,e){for(let t=0,n=e.length;t<n;t++)s[t]=e[t]}function oa(s,e){let t=nh[e];t===void 0&&(t=new Int32Array(e),nh[e]=t);for(let n=0;n!==e;++n)t[n]=s.allocateTextureUnit();return t}function w0(s,e){const t=this.cache;t[0]!==e&&(s.uniform1f(this.addr,e),t[0]=e)}function T0(s,e){const t=this.cache;if(e.x!==void 0)(t[0]!==e.x||t[1]!==e.y)&&(s.uniform2f(this.addr,e.x,e.y),t[0]=e.x,t[1]=e.y);else{if(Et(t,e))return;s.uniform2fv(this.addr,e),wt(t,e)}}function A0(s,e){const t=this.cache;if(e.x!==void 0)(t[0]!==e.x||t[1]!==e.y||t[2]!==e.z)&&(s.uniform3f(this.addr,e.x,e.y,e.z),t[0]=e.x,t[1]=e.y,t[2]=e.z);else if(e.r!==void 0)(t[0]!==e.r||t[1]!==e.g||t[2]!==e.b)&&(s.uniform3f(this.addr,e.r,e.g,e.b),t[0]=e.r,t[1]=e.g,t[2]=e.b);else{if(Et(t,e))return;s.uniform3fv(this.addr,e),wt(t,e)}}function R0(s,e){const t=this.cache;if(e.x!==void 0)(t[0]!==e.x||t[1]!==e.y||t[2]!==e.z||t[3]!==e.w)&&(s.uniform4f(this.addr,e.x,e.y,e.z,e.w),t[0]=e.x,t[1]=e.y,t[2]=e.z,t[3]=e.w);else{if(Et(t,e))return;s.uniform4fv(this.addr,e),wt(t,e)}}function C0(s,e){const t=this.cache,n=e.elements;if(n===void 0){if(Et(t,e))return;s.uniformMatrix2fv(this.addr,!1,e),wt(t,e)}else{if(Et(t,n))return;rh.set(n),s.uniformMatrix2fv(this.addr,!1,rh),wt(t,n)}}function L0(s,e){const t=this.cache,n=e.elements;if(n===void 0){if(Et(t,e))return;s.uniformMatrix3fv(this.addr,!1,e),wt(t,e)}else{if(Et(t,n))return;sh.set(n),s.uniformMatrix3fv(this.addr,!1,sh),wt(t,n)}}function P0(s,e){const t=this.cache,n=e.elements;if(n===void 0){if(Et(t,e))return;s.uniformMatrix4fv(this.addr,!1,e),wt(t,e)}else{if(Et(t,n))return;ih.set(n),s.uniformMatrix4fv(this.addr,!1,ih),wt(t,n)}}function I0(s,e){const t=this.cache;t[0]!==e&&(s.uniform1i(this.addr,e),t[0]=e)}function D0(s,e){const t=this.cache;if(e.x!==void 0)(t[0]!==e.x||t[1]!==e.y)&&(s.uniform2i(this.addr,e.x,e.y),t[0]=e.x,t[1]=e.y);else{if(Et(t,e))return;s.uniform2iv(this.addr,e),wt(t,e)}}function N0(s,e){const t=this.cache;if(e.x!==void 0)(t[0]!==e.x||t[1]!==e.y||t[2]!==e.z)&&(s.uniform3i(this.addr,e.x,e.y,e.z),t[0]=e.x,t[1]=e.y,t[2]=e.z);else{if(Et(t,e))return;s.uniform3iv(this.addr,e),wt(t,e)}}function U0(s,e){const t=this.cache;if(e.x!==void 0)(t[0]!==e.x||t[1]!==e.y||t[2]!==e.z||t[3]!==e.w)&&(s.uniform4i(this.addr,e.x,e.y,e.z,e.w),t[0]=e.x,t[1]=e.y,t[2]=e.z,t[3]=e.w);else{if(Et(t,e))return;s.uniform4iv(this.addr,e),wt(t,e)}}function k0(s,e){const t=this.cache;t[0]!==e&&(s.uniform1ui(this.addr,e),t[0]=e)}function O0(s,e){const t=this.cache;if(e.x!==void 0)(t[0]!==e.x||t[1]!==e.y)&&(s.uniform2ui(this.addr,e.x,e.y),t[0]=e.x,t[1]=e.y);else{if(Et(t,e))return;s.uniform2uiv(this.addr,e),wt(t,e)}}function F0(s,e){const t=this.cache;if(e.x!==void 0)(t[0]!==e.x||t[1]!==e.y||t[2]!==e.z)&&(s.uniform3ui(this.addr,e.x,e.y,e.z),t[0]=e.x,t[1]=e.y,t[2]=e.z);else{if(Et(t,e))return;s.uniform3uiv(this.addr,e),wt(t,e)}}function B0(s,e){const t=this.cache;if(e.x!==void 0)(t[0]!==e.x||t[1]!==e.y||t[2]!==e.z||t[3]!==e.w)&&(s.uniform4ui(this.addr,e.x,e.y,e.z,e.w),t[0]=e.x,t[1]=e.y,t[2]=e.z,t[3]=e.w);else{if(Et(t,e))return;s.uniform4uiv(this.addr,e),wt(t,e)}}function la(s){return s.version===0&&(s.compareFunction=Rd,s.needsUpdate=!0),s}function z0(s,e,t){const n=this.cache,i=t.allocateTextureUnit();n[0]!==i&&(s.uniform1i(this.addr,i),n[0]=i);let r;this.type===s.SAMPLER_2D_SHADOW?r=la(ru):r=su,t.setTexture2D(e||r,i)}function H0(s,e,t){const n=this.cache,i=t.allocateTextureUnit();n[0]!==i&&(s.uniform1i(this.addr,i),n[0]=i),t.setTexture3D(e||lu,i)}function G0(s,e,t){const n=this.cache,i=t.allocateTextureUnit();n[0]!==i&&(s.uniform1i(this.addr,i),n[0]=i);let r;this.type===s.SAMPLER_CUBE_SHADOW?r=la(au):r=cu,t.setTextureCube(e||r,i)}function V0(s,e,t){const n=this.cache,i=t.allocateTextureUnit();n[0]!==i&&(s.uniform1i(this.addr,i),n[0]=i),t.setTexture2DArray(e||ou,i)}function W0(s){switch(s){case 5126:return w0;case 35664:return T0;case 35665:return A0;case 35666:return R0;case 35674:return C0;case 35675:return L0;case 35676:return P0;case 5124:case 35670:return I0;case 35667:case 35671:return D0;case 35668:case 35672:return N0;case 35669:case 35673:return U0;case 5125:return k0;case 36294:return O0;case 36295:return F0;case 36296:return B0;case 35678:case 36198:case 36298:case 36306:case 35682:return z0;case 35679:case 36299:case 36307:return H0;case 35680:case 36300:case 36308:case 36293:return G0;case 36289:case 36303:case 36311:case 36292:return V0}}function X0(s,e){s.uniform1fv(this.addr,e)}function $0(s,e){const t=fs(e,this.size,2);s.uniform2fv(this.addr,t)}function q0(s,e){const t=fs(e,this.size,3);s.uniform3fv(this.addr,t)}function K0(s,e){const t=fs(e,this.size,4);s.uniform4fv(this.addr,t)}function Y0(s,e){const t=fs(e,this.size,4);s.uniformMatrix2fv(this.addr,!1,t)}function j0(s,e){const t=fs(e,this.size,9);s.uniformMatrix3fv(this.addr,!1,t)}function Z0(s,e){const t=fs(e,this.size,16);s.uniformMatrix4fv(this.addr,!1,t)}function J0(s,e){s.uniform1iv(this.addr,e)}function Q0(s,e){s.uniform2iv(this.addr,e)}function ev(s,e){s.uniform3iv(this.addr,e)}function tv(s,e){s.uniform4iv(this.addr,e)}function nv(s,e){s.uniform1uiv(this.addr,e)}function iv(s,e){s.uniform2uiv(this.addr,e)}function sv(s,e){s.uniform3uiv(this.addr,e)}function rv(s,e){s.uniform4uiv(this.addr,e)}function av(s,e,t){const n=this.cache,i=e.length,r=oa(t,i);Et(n,r)||(s.uniform1iv(this.addr,r),wt(n,r));let a;this.type===s.SAMPLER_2D_SHADOW?a=la(ru):a=su;for(let o=0;o!==i;++o)t.setTexture2D(e[o]||a,r[o])}function ov(s,e,t){const n=this.cache,i=e.length,r=oa(t,i);Et(n,r)||(s.uniform1iv(this.addr,r),wt(n,r));for(let a=0;a!==i;++a)t.setTexture3D(e[a]||lu,r[a])}function lv(s,e,t){const n=this.cache,i=e.length,r=oa(t,i);Et(n,r)||(s.uniform1iv(this.addr,r),wt(n,r));let a;this.type===s.SAMPLER_CUBE_SHADOW?a=la(au):a=cu;for(let o=0;o!==i;++o)t.setTextureCube(e[o]||a,r[o])}function cv(s,e,t){const n=this.cache,i=e.length,r=oa(t,i);Et(n,r)||(s.uniform1iv(this.addr,r),wt(n,r));for(let a=0;a!==i;++a)t.setTexture2DArray(e[a]||ou,r[a])}function hv(s){switch(s){case 5126:return X0;case 35664:return $0;case 35665:return q0;case 35666:return K0;case 35674:return Y0;case 35675:return j0;case 35676:return Z0;case 5124:case 35670:return J0;case 35667:case 35671:return Q0;case 35668:case 35672:return ev;case 35669:case 35673:return tv;case 5125:return nv;case 36294:return iv;case 36295:return sv;case 36296:return rv;case 35678:case 36198:case 36298:case 36306:case 35682:return av;case 35679:case 36299:case 36307:return ov;case 35680:case 36300:case 36308:case 36293:return lv;case 36289:case 36303:case 36311:case 36292:return cv}}class dv{constructor(e,t,n){this.id=e,this.addr=n,this.cache=[],this.type=t.type,this.setValue=W0(t.type)}}class uv{constructor(e,t,n){this.id=e,this.addr=n,this.cache=[],this.type=t.type,this.size=t.size,this.setValue=hv(t.type)}}class fv{constructor(e){this.id=e,this.seq=[],this.map={}}setValue(e,t,n){const i=this.seq;for(let r=0,a=i.length;r!==a;++r){const o=i[r];o.setValue(e,t[o.id],n)}}}const Ha=/(\w+)(\])?(\[|\.)?/g;function ah(s,e){s.seq.push(e),s.map[e.id]=e}function pv(s,e,t){const n=s.name,i=n.length;for(Ha.lastIndex=0;;){const r=Ha.exec(n),a=Ha.lastIndex;let o=r[1];const l=r[2]==="]",c=r[3];if(l&&(o=o|0),c===void 0||c==="["&&a+2===i){ah(t,c===void 0?new dv(o,s,e):new uv(o,s,e));break}else{let d=t.map[o];d===void 0&&(d=new fv(o),ah(t,d)),t=d}}}class Vr{constructor(e,t){this.seq=[],this.map={};const n=e.getProgramParameter(t,e.ACTIVE_UNIFORMS);for(let a=0;a<n;++a){const o=e.getActiveUniform(t,a),l=e.getUniformLocation(t,o.name);pv(o,l,this)}const i=[],r=[];for(const a of this.seq)a.type===e.SAMPLER_2D_SHADOW||a.type===e.SAMPLER_CUBE_SHADOW||a.type===e.SAMPLER_2D_ARRAY_SHADOW?i.push(a):r.push(a);i.length>0&&(this.seq=i.concat(r))}setValue(e,t,n,i){const r=this.map[t];r!==void 0&&r.setValue(e,n,i)}setOptional(e,t,n){const i=t[n];i!==void 0&&this.setValue(e,n,i)}static upload(e,t,n,i){for(let r=0,a=t.length;r!==a;++r){const o=t[r],l=n[o.id];l.needsUpdate!==!1&&o.setValue(e,l.value,i)}}static seqWithValue(e,t){const n=[];for(let i=0,r=e.length;i!==r;++i){const a=e[i];a.id in t&&n.push(a)}return n}}function oh(s,e,t){const n=s.createShader(e);return s.shaderSource(n,t),s.compileShader(n),n}const mv=37297;let gv=0;function _v(s,e){const t=s.split(`
`),n=[],i=Math.max(e-6,0),r=Math.min(e+6,t.length);for(let a=i;a<r;a++){const o=a+1;n.push(`${o===e?">":" "} ${o}: ${t[a]}`)}return n.join(`
`)}const lh=new Fe;function vv(s){$e._getMatrix(lh,$e.workingColorSpace,s);const e=`mat3( ${lh.elements.map(t=>t.toFixed(4))} )`;switch($e.getTransfer(s)){case Zr:return[e,"LinearTransferOETF"];case nt:return[e,"sRGBTransferOETF"];default:return Te("WebGLProgram: Unsupported color space: ",s),[e,"LinearTransferOETF"]}}function ch(s,e,t){const n=s.getShaderParameter(e,s.COMPILE_STATUS),r=(s.getShaderInfoLog(e)||"").trim();if(n&&r==="")return"";const a=/ERROR: 0:(\d+)/.exec(r);if(a){const o=parseInt(a[1]);return t.toUpperCase()+`

`+r+`

`+_v(s.getShaderSource(e),o)}else return r}function xv(s,e){const t=vv(e);return[`vec4 ${s}( vec4 value ) {`,`	return ${t[1]}( vec4( ${t[0]} * value.rgb, value.a ) );`,"}"].join(`
`)}const yv={[dd]:"Linear",[ud]:"Reinhard",[fd]:"Cineon",[hl]:"ACESFilmic",[md]:"AgX",[gd]:"Neutral",[pd]:"Custom"};function Mv(s,e){const t=yv[e];return t===void 0?(Te("WebGLProgram: Unsupported toneMapping:",e),"vec3 "+s+"( vec3 color ) { return LinearToneMapping( color ); }"):"vec3 "+s+"( vec3 color ) { return "+t+"ToneMapping( color ); }"}const Lr=new U;function Sv(){$e.getLuminanceCoefficients(Lr);const s=Lr.x.toFixed(4),e=Lr.y.toFixed(4),t=Lr.z.toFixed(4);return["float luminance( const in vec3 rgb ) {",`	const vec3 weights = vec3( ${s}, ${e}, ${t} );`,"	return dot( weights, rgb );","}"].join(`
`)}function bv(s){return[s.extensionClipCullDistance?"#extension GL_ANGLE_clip_cull_distance : require":"",s.extensionMultiDraw?"#extension GL_ANGLE_multi_draw : require":""].filter(Us).join(`
`)}function Ev(s){const e=[];for(const t in s){const n=s[t];n!==!1&&e.push("#define "+t+" "+n)}return e.join(`
`)}function wv(s,e){const t={},n=s.getProgramParameter(e,s.ACTIVE_ATTRIBUTES);for(let i=0;i<n;i++){const r=s.getActiveAttrib(e,i),a=r.name;let o=1;r.type===s.FLOAT_MAT2&&(o=2),r.type===s.FLOAT_MAT3&&(o=3),r.type===s.FLOAT_MAT4&&(o=4),t[a]={type:r.type,location:s.getAttribLocation(e,a),locationSize:o}}return t}function Us(s){return s!==""}function hh(s,e){const t=e.numSpotLightShadows+e.numSpotLightMaps-e.numSpotLightShadowsWithMaps;return s.replace(/NUM_SUN_LIGHTS/g,e.numSunLights).replace(/NUM_DIR_LIGHTS/g,e.numDirLights).replace(/NUM_SPOT_LIGHTS/g,e.numSpotLights).replace(/NUM_SPOT_LIGHT_MAPS/g,e.numSpotLightMaps).replace(/NUM_SPOT_LIGHT_COORDS/g,t).replace(/NUM_RECT_AREA_LIGHTS/g,e.numRectAreaLights).replace(/NUM_POINT_LIGHTS/g,e.numPointLights).replace(/NUM_HEMI_LIGHTS/g,e.numHemiLights).replace(/NUM_SUN_LIGHT_SHADOWS/g,e.numSunLightShadows).replace(/NUM_DIR_LIGHT_SHADOWS/g,e.numDirLightShadows).replace(/NUM_SPOT_LIGHT_SHADOWS_WITH_MAPS/g,e.numSpotLightShadowsWithMaps).replace(/NUM_SPOT_LIGHT_SHADOWS/g,e.numSpotLightShadows).replace(/NUM_POINT_LIGHT_SHADOWS/g,e.numPointLightShadows).replace(/NUM_LIGHT_PROBE_GRIDS/g,e.numLightProbeGrids)}function dh(s,e){return s.replace(/NUM_CLIPPING_PLANES/g,e.numClippingPlanes).replace(/UNION_CLIPPING_PLANES/g,e.numClippingPlanes-e.numClipIntersection)}const Tv=/^[ \t]*#include +<([\w\d./]+)>/gm;function jo(s){return s.replace(Tv,Av)}function Av(s,e){const t=Ve[e];if(t===void 0)throw new Error("THREE.WebGLProgram: Can not resolve #include <"+e+">");return jo(t)}const Rv=/#pragma unroll_loop_start\s+for\s*\(\s*int\s+i\s*=\s*(\d+)\s*;\s*i\s*<\s*(\d+)\s*;\s*i\s*\+\+\s*\)\s*{([\s\S]+?)}\s+#pragma unroll_loop_end/g;function uh(s){return s.replace(Rv,Cv)}function Cv(s,e,t,n){let i="";for(let r=parseInt(e);r<parseInt(t);r++)i+=n.replace(/\[\s*i\s*\]/g,"[ "+r+" ]").replace(/UNROLLED_LOOP_INDEX/g,r);return i}function fh(s){let e=`precision ${s.precision} float;
	precision ${s.precision} int;
	precision ${s.precision} sampler2D;
	precision ${s.precision} samplerCube;
	precision ${s.precision} sampler3D;
	precision ${s.precision} sampler2DArray;
	precision ${s.precision} sampler2DShadow;
	precision ${s.precision} samplerCubeShadow;
	precision ${s.precision} sampler2DArrayShadow;
	precision ${s.precision} isampler2D;
	precision ${s.precision} isampler3D;
	precision ${s.precision} isamplerCube;
	precision ${s.precision} isampler2DArray;
	precision ${s.precision} usampler2D;
	precision ${s.precision} usampler3D;
	precision ${s.precision} usamplerCube;
	precision ${s.precision} usampler2DArray;
	`;return s.precision==="highp"?e+=`
#define HIGH_PRECISION`:s.precision==="mediump"?e+=`
#define MEDIUM_PRECISION`:s.precision==="lowp"&&(e+=`
#define LOW_PRECISION`),e}const Lv={[Or]:"SHADOWMAP_TYPE_PCF",[Is]:"SHADOWMAP_TYPE_VSM"};function Pv(s){return Lv[s.shadowMapType]||"SHADOWMAP_TYPE_BASIC"}const Iv={[Vs]:"ENVMAP_MODE_REFRACTION"};function Dv(s){return s.envMap===!1?"ENVMAP_MODE_REFLECTION":Iv[s.envMapMode]||"ENVMAP_MODE_REFLECTION"}const Nv={[cl]:"ENVMAP_BLENDING_MULTIPLY",[Mf]:"ENVMAP_BLENDING_MIX",[Sf]:"ENVMAP_BLENDING_ADD"};function Uv(s){return s.envMap===!1?"ENVMAP_BLENDING_NONE":Nv[s.combine]||"ENVMAP_BLENDING_NONE"}function kv(s,e,t,n){const i=s.getContext(),r=t.defines;let a=t.vertexShader,o=t.fragmentShader;const l=Pv(t),c=t.envMapPMREM===!0?"ENVMAP_TYPE_PMREM":"ENVMAP_TYPE_CUBE",h=Dv(t),d=Uv(t),u=bv(t),f=Ev(r),p=i.createProgram();let v,m,g=t.glslVersion?"#version "+t.glslVersion+`
`:"";t.isRawShaderMaterial?(v=["#define SHADER_TYPE "+t.shaderType,"#define SHADER_NAME "+t.shaderName,f].filter(Us).join(`
`),v.length>0&&(v+=`
`),m=["#define SHADER_TYPE "+t.shaderType,"#define SHADER_NAME "+t.shaderName,f].filter(Us).join(`
`),m.length>0&&(m+=`
`)):(v=[fh(t),"#define SHADER_TYPE "+t.shaderType,"#define SHADER_NAME "+t.shaderName,f,t.extensionClipCullDistance?"#define USE_CLIP_DISTANCE":"",t.batching?"#define USE_BATCHING":"",t.batchingColor?"#define USE_BATCHING_COLOR":"",t.instancing?"#define USE_INSTANCING":"",t.instancingColor?"#define USE_INSTANCING_COLOR":"",t.instancingMorph?"#define USE_INSTANCING_MORPH":"",t.useFog&&t.fog?"#define USE_FOG":"",t.useFog&&t.fogExp2?"#define FOG_EXP2":"",t.map?"#define USE_MAP":"",t.envMap?"#define USE_ENVMAP":"",t.envMap?"#define "+h:"",t.lightMap?"#define USE_LIGHTMAP":"",t.aoMap?"#define USE_AOMAP":"",t.bumpMap?"#define USE_BUMPMAP":"",t.normalMap?"#define USE_NORMALMAP":"",t.normalMapObjectSpace?"#define USE_NORMALMAP_OBJECTSPACE":"",t.normalMapTangentSpace?"#define USE_NORMALMAP_TANGENTSPACE":"",t.displacementMap?"#define USE_DISPLACEMENTMAP":"",t.emissiveMap?"#define USE_EMISSIVEMAP":"",t.anisotropy?"#define USE_ANISOTROPY":"",t.anisotropyMap?"#define USE_ANISOTROPYMAP":"",t.clearcoatMap?"#define USE_CLEARCOATMAP":"",t.clearcoatRoughnessMap?"#define USE_CLEARCOAT_ROUGHNESSMAP":"",t.clearcoatNormalMap?"#define USE_CLEARCOAT_NORMALMAP":"",t.diffuseRoughnessMap?"#define USE_DIFFUSE_ROUGHNESSMAP":"",t.iridescenceMap?"#define USE_IRIDESCENCEMAP":"",t.iridescenceThicknessMap?"#define USE_IRIDESCENCE_THICKNESSMAP":"",t.specularMap?"#define USE_SPECULARMAP":"",t.specularColorMap?"#define USE_SPECULAR_COLORMAP":"",t.specularIntensityMap?"#define USE_SPECULAR_INTENSITYMAP":"",t.roughnessMap?"#define USE_ROUGHNESSMAP":"",t.metalnessMap?"#define USE_METALNESSMAP":"",t.alphaMap?"#define USE_ALPHAMAP":"",t.alphaHash?"#define USE_ALPHAHASH":"",t.transmission?"#define USE_TRANSMISSION":"",t.transmissionMap?"#define USE_TRANSMISSIONMAP":"",t.thicknessMap?"#define USE_THICKNESSMAP":"",t.sheenColorMap?"#define USE_SHEEN_COLORMAP":"",t.sheenRoughnessMap?"#define USE_SHEEN_ROUGHNESSMAP":"",t.mapUv?"#define MAP_UV "+t.mapUv:"",t.alphaMapUv?"#define ALPHAMAP_UV "+t.alphaMapUv:"",t.lightMapUv?"#define LIGHTMAP_UV "+t.lightMapUv:"",t.aoMapUv?"#define AOMAP_UV "+t.aoMapUv:"",t.emissiveMapUv?"#define EMISSIVEMAP_UV "+t.emissiveMapUv:"",t.bumpMapUv?"#define BUMPMAP_UV "+t.bumpMapUv:"",t.normalMapUv?"#define NORMALMAP_UV "+t.normalMapUv:"",t.displacementMapUv?"#define DISPLACEMENTMAP_UV "+t.displacementMapUv:"",t.metalnessMapUv?"#define METALNESSMAP_UV "+t.metalnessMapUv:"",t.roughnessMapUv?"#define ROUGHNESSMAP_UV "+t.roughnessMapUv:"",t.anisotropyMapUv?"#define ANISOTROPYMAP_UV "+t.anisotropyMapUv:"",t.clearcoatMapUv?"#define CLEARCOATMAP_UV "+t.clearcoatMapUv:"",t.clearcoatNormalMapUv?"#define CLEARCOAT_NORMALMAP_UV "+t.clearcoatNormalMapUv:"",t.clearcoatRoughnessMapUv?"#define CLEARCOAT_ROUGHNESSMAP_UV "+t.clearcoatRoughnessMapUv:"",t.diffuseRoughnessMapUv?"#define DIFFUSE_ROUGHNESSMAP_UV "+t.diffuseRoughnessMapUv:"",t.iridescenceMapUv?"#define IRIDESCENCEMAP_UV "+t.iridescenceMapUv:"",t.iridescenceThicknessMapUv?"#define IRIDESCENCE_THICKNESSMAP_UV "+t.iridescenceThicknessMapUv:"",t.sheenColorMapUv?"#define SHEEN_COLORMAP_UV "+t.sheenColorMapUv:"",t.sheenRoughnessMapUv?"#define SHEEN_ROUGHNESSMAP_UV "+t.sheenRoughnessMapUv:"",t.specularMapUv?"#define SPECULARMAP_UV "+t.specularMapUv:"",t.specularColorMapUv?"#define SPECULAR_COLORMAP_UV "+t.specularColorMapUv:"",t.specularIntensityMapUv?"#define SPECULAR_INTENSITYMAP_UV "+t.specularIntensityMapUv:"",t.transmissionMapUv?"#define TRANSMISSIONMAP_UV "+t.transmissionMapUv:"",t.thicknessMapUv?"#define THICKNESSMAP_UV "+t.thicknessMapUv:"",t.vertexTangents&&t.flatShading===!1?"#define USE_TANGENT":"",t.vertexNormals?"#define HAS_NORMAL":"",t.vertexColors?"#define USE_COLOR":"",t.vertexAlphas?"#define USE_COLOR_ALPHA":"",t.vertexUv1s?"#define USE_UV1":"",t.vertexUv2s?"#define USE_UV2":"",t.vertexUv3s?"#define USE_UV3":"",t.pointsUvs?"#define USE_POINTS_UV":"",t.flatShading?"#define FLAT_SHADED":"",t.skinning?"#define USE_SKINNING":"",t.morphTargets?"#define USE_MORPHTARGETS":"",t.morphNormals&&t.flatShading===!1?"#define USE_MORPHNORMALS":"",t.morphColors?"#define USE_MORPHCOLORS":"",t.morphTargetsCount>0?"#define MORPHTARGETS_TEXTURE_STRIDE "+t.morphTextureStride:"",t.morphTargetsCount>0?"#define MORPHTARGETS_COUNT "+t.morphTargetsCount:"",t.doubleSided?"#define DOUBLE_SIDED":"",t.flipSided?"#define FLIP_SIDED":"",t.shadowMapEnabled?"#define USE_SHADOWMAP":"",t.shadowMapEnabled?"#define "+l:"",t.sizeAttenuation?"#define USE_SIZEATTENUATION":"",t.numLightProbes>0?"#define USE_LIGHT_PROBES":"",t.logarithmicDepthBuffer?"#define USE_LOGARITHMIC_DEPTH_BUFFER":"",t.reversedDepthBuffer?"#define USE_REVERSED_DEPTH_BUFFER":"","uniform mat4 modelMatrix;","uniform mat4 modelViewMatrix;","uniform mat4 projectionMatrix;","uniform mat4 viewMatrix;","uniform mat3 normalMatrix;","uniform vec3 cameraPosition;","uniform bool isOrthographic;","#ifdef USE_INSTANCING","	attribute mat4 instanceMatrix;","#endif","#ifdef USE_INSTANCING_COLOR","	attribute vec3 instanceColor;","#endif","#ifdef USE_INSTANCING_MORPH","	uniform sampler2D morphTexture;","#endif","attribute vec3 position;","attribute vec3 normal;","attribute vec2 uv;","#ifdef USE_UV1","	attribute vec2 uv1;","#endif","#ifdef USE_UV2","	attribute vec2 uv2;","#endif","#ifdef USE_UV3","	attribute vec2 uv3;","#endif","#ifdef USE_TANGENT","	attribute vec4 tangent;","#endif","#if defined( USE_COLOR_ALPHA )","	attribute vec4 color;","#elif defined( USE_COLOR )","	attribute vec3 color;","#endif","#ifdef USE_SKINNING","	attribute vec4 skinIndex;","	attribute vec4 skinWeight;","#endif",`
`].filter(Us).join(`
`),m=[fh(t),"#define SHADER_TYPE "+t.shaderType,"#define SHADER_NAME "+t.shaderName,f,t.useFog&&t.fog?"#define USE_FOG":"",t.useFog&&t.fogExp2?"#define FOG_EXP2":"",t.alphaToCoverage?"#define ALPHA_TO_COVERAGE":"",t.map?"#define USE_MAP":"",t.matcap?"#define USE_MATCAP":"",t.envMap?"#define USE_ENVMAP":"",t.envMap?"#define "+c:"",t.envMap?"#define "+h:"",t.envMap?"#define "+d:"",t.envMapPMREM?"#define ENVMAP_MAX_LOD "+t.envMapMaxLod+".0":"",t.envMapPMREM?"#define ENVMAP_SIZE "+t.envMapSize+".0":"",t.lightMap?"#define USE_LIGHTMAP":"",t.aoMap?"#define USE_AOMAP":"",t.bumpMap?"#define USE_BUMPMAP":"",t.normalMap?"#define USE_NORMALMAP":"",t.normalMapObjectSpace?"#define USE_NORMALMAP_OBJECTSPACE":"",t.normalMapTangentSpace?"#define USE_NORMALMAP_TANGENTSPACE":"",t.packedNormalMap?"#define USE_PACKED_NORMALMAP":"",t.emissiveMap?"#define USE_EMISSIVEMAP":"",t.anisotropy?"#define USE_ANISOTROPY":"",t.anisotropyMap?"#define USE_ANISOTROPYMAP":"",t.clearcoat?"#define USE_CLEARCOAT":"",t.clearcoatMap?"#define USE_CLEARCOATMAP":"",t.clearcoatRoughnessMap?"#define USE_CLEARCOAT_ROUGHNESSMAP":"",t.clearcoatNormalMap?"#define USE_CLEARCOAT_NORMALMAP":"",t.diffuseRoughness?"#define USE_DIFFUSE_ROUGHNESS":"",t.diffuseRoughnessMap?"#define USE_DIFFUSE_ROUGHNESSMAP":"",t.dispersion?"#define USE_DISPERSION":"",t.retroreflection?"#define USE_RETROREFLECTION":"",t.iridescence?"#define USE_IRIDESCENCE":"",t.iridescenceMap?"#define USE_IRIDESCENCEMAP":"",t.iridescenceThicknessMap?"#define USE_IRIDESCENCE_THICKNESSMAP":"",t.specularMap?"#define USE_SPECULARMAP":"",t.specularColorMap?"#define USE_SPECULAR_COLORMAP":"",t.specularIntensityMap?"#define USE_SPECULAR_INTENSITYMAP":"",t.roughnessMap?"#define USE_ROUGHNESSMAP":"",t.metalnessMap?"#define USE_METALNESSMAP":"",t.alphaMap?"#define USE_ALPHAMAP":"",t.alphaTest?"#define USE_ALPHATEST":"",t.alphaHash?"#define USE_ALPHAHASH":"",t.sheen?"#define USE_SHEEN":"",t.sheenColorMap?"#define USE_SHEEN_COLORMAP":"",t.sheenRoughnessMap?"#define USE_SHEEN_ROUGHNESSMAP":"",t.transmission?"#define USE_TRANSMISSION":"",t.transmissionMap?"#define USE_TRANSMISSIONMAP":"",t.thicknessMap?"#define USE_THICKNESSMAP":"",t.vertexTangents&&t.flatShading===!1?"#define USE_TANGENT":"",t.vertexColors||t.instancingColor?"#define USE_COLOR":"",t.vertexAlphas||t.batchingColor?"#define USE_COLOR_ALPHA":"",t.vertexUv1s?"#define USE_UV1":"",t.vertexUv2s?"#define USE_UV2":"",t.vertexUv3s?"#define USE_UV3":"",t.pointsUvs?"#define USE_POINTS_UV":"",t.gradientMap?"#define USE_GRADIENTMAP":"",t.flatShading?"#define FLAT_SHADED":"",t.doubleSided?"#define DOUBLE_SIDED":"",t.flipSided?"#define FLIP_SIDED":"",t.shadowMapEnabled?"#define USE_SHADOWMAP":"",t.shadowMapEnabled?"#define "+l:"",t.premultipliedAlpha?"#define PREMULTIPLIED_ALPHA":"",t.numLightProbes>0?"#define USE_LIGHT_PROBES":"",t.decodeVideoTexture?"#define DECODE_VIDEO_TEXTURE":"",t.decodeVideoTextureEmissive?"#define DECODE_VIDEO_TEXTURE_EMISSIVE":"",t.logarithmicDepthBuffer?"#define USE_LOGARITHMIC_DEPTH_BUFFER":"",t.reversedDepthBuffer?"#define USE_REVERSED_DEPTH_BUFFER":"","uniform mat4 viewMatrix;","uniform vec3 cameraPosition;","uniform bool isOrthographic;",t.toneMapping!==jn?"#define TONE_MAPPING":"",t.toneMapping!==jn?Ve.tonemapping_pars_fragment:"",t.toneMapping!==jn?Mv("toneMapping",t.toneMapping):"",t.dithering?"#define DITHERING":"",t.opaque?"#define OPAQUE":"",Ve.colorspace_pars_fragment,xv("linearToOutputTexel",t.outputColorSpace),Sv(),t.useDepthPacking?"#define DEPTH_PACKING "+t.depthPacking:"",`
`].filter(Us).join(`
`)),a=jo(a),a=hh(a,t),a=dh(a,t),o=jo(o),o=hh(o,t),o=dh(o,t),a=uh(a),o=uh(o),t.isRawShaderMaterial!==!0&&(g=`#version 300 es
`,v=[u,"#define attribute in","#define varying out","#define texture2D texture"].join(`
`)+`
`+v,m=["#define varying in",t.glslVersion===lc?"":"layout(location = 0) out highp vec4 pc_fragColor;",t.glslVersion===lc?"":"#define gl_FragColor pc_fragColor","#define gl_FragDepthEXT gl_FragDepth","#define texture2D texture","#define textureCube texture","#define texture2DProj textureProj","#define texture2DLodEXT textureLod","#define texture2DProjLodEXT textureProjLod","#define textureCubeLodEXT textureLod","#define texture2DGradEXT textureGrad","#define texture2DProjGradEXT textureProjGrad","#define textureCubeGradEXT textureGrad"].join(`
`)+`
`+m);const y=g+v+a,T=g+m+o,S=oh(i,i.VERTEX_SHADER,y),R=oh(i,i.FRAGMENT_SHADER,T);i.attachShader(p,S),i.attachShader(p,R),t.index0AttributeName!==void 0?i.bindAttribLocation(p,0,t.index0AttributeName):t.hasPositionAttribute===!0&&i.bindAttribLocation(p,0,"position"),i.linkProgram(p);function w(P){if(s.debug.checkShaderErrors){const N=i.getProgramInfoLog(p)||"",G=i.getShaderInfoLog(S)||"",$=i.getShaderInfoLog(R)||"",I=N.trim(),W=G.trim(),J=$.trim();let z=!0,te=!0;if(i.getProgramParameter(p,i.LINK_STATUS)===!1)if(z=!1,typeof s.debug.onShaderError=="function")s.debug.onShaderError(i,p,S,R);else{const H=ch(i,S,"vertex"),K=ch(i,R,"fragment");Ne("WebGLProgram: Shader Error "+i.getError()+" - VALIDATE_STATUS "+i.getProgramParameter(p,i.VALIDATE_STATUS)+`

Material Name: `+P.name+`
Material Type: `+P.type+`

Program Info Log: `+I+`
`+H+`
`+K)}else I!==""?Te("WebGLProgram: Program Info Log:",I):(W===""||J==="")&&(te=!1);te&&(P.diagnostics={runnable:z,programLog:I,vertexShader:{log:W,prefix:v},fragmentShader:{log:J,prefix:m}})}i.deleteShader(S),i.deleteShader(R),_=new Vr(i,p),b=wv(i,p)}let _;this.getUniforms=function(){return _===void 0&&w(this),_};let b;this.getAttributes=function(){return b===void 0&&w(this),b};let k=t.rendererExtensionParallelShaderCompile===!1;return this.isReady=function(){return k===!1&&(k=i.getProgramParameter(p,mv)),k},this.destroy=function(){n.releaseStatesOfProgram(this),i.deleteProgram(p),this.program=void 0},this.type=t.shaderType,this.name=t.shaderName,this.id=gv++,this.cacheKey=e,this.usedTimes=1,this.program=p,this.vertexShader=S,this.fragmentShader=R,this}let Ov=0;class Fv{constructor(){this.shaderCache=new Map,this.materialCache=new Map}update(e,t,n){const i=this._getShaderCacheForMaterial(e);return i.has(t)===!1&&(i.add(t),t.usedTimes++),i.has(n)===!1&&(i.add(n),n.usedTimes++),this}remove(e){const t=this.materialCache.get(e);for(const n of t)n.usedTimes--,n.usedTimes===0&&this.shaderCache.delete(n.code);return this.materialCache.delete(e),this}getVertexShaderStage(e){return this._getShaderStage(e.vertexShader)}getFragmentShaderStage(e){return this._getShaderStage(e.fragmentShader)}dispose(){this.shaderCache.clear(),this.materialCache.clear()}_getShaderCacheForMaterial(e){const t=this.materialCache;let n=t.get(e);return n===void 0&&(n=new Set,t.set(e,n)),n}_getShaderStage(e){const t=this.shaderCache;let n=t.get(e);return n===void 0&&(n=new Bv(e),t.set(e,n)),n}}class Bv{constructor(e){this.id=Ov++,this.code=e,this.usedTimes=0}}function zv(s){return s===wi||s===qr||s===Kr}function Hv(s,e,t,n,i,r){const a=new Nd,o=new Fv,l=new Set,c=[],h=new Map,d=n.logarithmicDepthBuffer,u={MeshDepthMaterial:"depth",MeshDistanceMaterial:"distance",MeshNormalMaterial:"normal",MeshBasicMaterial:"basic",MeshLambertMaterial:"lambert",MeshPhongMaterial:"phong",MeshToonMaterial:"toon",MeshStandardMaterial:"physical",MeshPhysicalMaterial:"physical",MeshMatcapMaterial:"matcap",LineBasicMaterial:"basic",LineDashedMaterial:"dashed",PointsMaterial:"points",ShadowMaterial:"shadow",SpriteMaterial:"sprite"};function f(_){return l.add(_),_===0?"uv":`uv${_}`}function p(_,b,k,P,N,G){const $=P.fog,I=N.geometry,W=_.isMeshStandardMaterial||_.isMeshLambertMaterial||_.isMeshPhongMaterial?P.environment:null,J=_.isMeshStandardMaterial||_.isMeshLambertMaterial&&!_.envMap||_.isMeshPhongMaterial&&!_.envMap,z=e.get(_.envMap||W,J),te=u[_.type];let H=n.precision;_.precision!==null&&(H=n.getMaxPrecision(_.precision),H!==_.precision&&Te("WebGLProgram.getParameters:",_.precision,"not supported, using",H,"instead."));const K=I.morphAttributes.position||I.morphAttributes.normal||I.morphAttributes.color,ee=K!==void 0?K.length:0;let xe=0;I.morphAttributes.position!==void 0&&(xe=1),I.morphAttributes.normal!==void 0&&(xe=2),I.morphAttributes.color!==void 0&&(xe=3);let Pe,j,ge,Me;if(te){const pe=In[te];Pe=pe.vertexShader,j=pe.fragmentShader}else{Pe=_.vertexShader,j=_.fragmentShader;const pe=o.getVertexShaderStage(_),tt=o.getFragmentShaderStage(_);o.update(_,pe,tt),ge=pe.id,Me=tt.id}const Re=s.getRenderTarget(),_e=s.state.buffers.depth.getReversed(),Oe=N.isInstancedMesh===!0,pt=N.isBatchedMesh===!0,Le=!!_.map,et=!!_.matcap,it=!!z,qe=it&&z.isPMREMTexture===!0,Lt=!!_.aoMap,xt=!!_.lightMap,$t=!!_.bumpMap&&_.wireframe===!1,ht=!!_.normalMap,Tn=!!_.displacementMap,Tt=!!_.emissiveMap,tn=!!_.metalnessMap,nn=!!_.roughnessMap,sn=_.anisotropy>0,D=_.clearcoat>0,rn=_.diffuseRoughness>0,lt=_.dispersion>0,ct=_.retroreflectivity>0,fe=_.iridescence>0,yt=_.sheen>0,Ce=_.transmission>0,Ue=sn&&!!_.anisotropyMap,A=D&&!!_.clearcoatMap,x=D&&!!_.clearcoatNormalMap,F=D&&!!_.clearcoatRoughnessMap,ne=rn&&!!_.diffuseRoughnessMap,Q=fe&&!!_.iridescenceMap,ae=fe&&!!_.iridescenceThicknessMap,de=yt&&!!_.sheenColorMap,q=yt&&!!_.sheenRoughnessMap,Y=!!_.specularMap,le=!!_.specularColorMap,C=!!_.specularIntensityMap,Z=Ce&&!!_.transmissionMap,X=Ce&&!!_.thicknessMap,ce=!!_.gradientMap,re=!!_.alphaMap,oe=_.alphaTest>0,we=!!_.alphaHash,Ge=!!_.extensions;let se=jn;_.toneMapped&&(Re===null||Re.isXRRenderTarget===!0)&&(se=s.toneMapping);const Ae=qe?z.isCompressedCubeTexture?z.image[0].mipmaps:z.mipmaps:null,ze={shaderID:te,shaderType:_.type,shaderName:_.name,vertexShader:Pe,fragmentShader:j,defines:_.defines,customVertexShaderID:ge,customFragmentShaderID:Me,isRawShaderMaterial:_.isRawShaderMaterial===!0,glslVersion:_.glslVersion,precision:H,batching:pt,batchingColor:pt&&N._colorsTexture!==null,instancing:Oe,instancingColor:Oe&&N.instanceColor!==null,instancingMorph:Oe&&N.morphTexture!==null,outputColorSpace:Re===null?s.outputColorSpace:Re.isXRRenderTarget===!0?Re.texture.colorSpace:$e.workingColorSpace,alphaToCoverage:!!_.alphaToCoverage,map:Le,matcap:et,envMap:it,envMapMode:it&&z.mapping,envMapPMREM:qe,envMapMaxLod:qe?Ae.length-1:null,envMapSize:qe?Ae[0].width:null,aoMap:Lt,lightMap:xt,bumpMap:$t,normalMap:ht,displacementMap:Tn,emissiveMap:Tt,normalMapObjectSpace:ht&&_.normalMapType===Lf,normalMapTangentSpace:ht&&_.normalMapType===jr,packedNormalMap:ht&&_.normalMapType===jr&&zv(_.normalMap.format),metalnessMap:tn,roughnessMap:nn,anisotropy:sn,anisotropyMap:Ue,clearcoat:D,clearcoatMap:A,clearcoatNormalMap:x,clearcoatRoughnessMap:F,diffuseRoughness:rn,diffuseRoughnessMap:ne,dispersion:lt,retroreflection:ct,iridescence:fe,iridescenceMap:Q,iridescenceThicknessMap:ae,sheen:yt,sheenColorMap:de,sheenRoughnessMap:q,specularMap:Y,specularColorMap:le,specularIntensityMap:C,transmission:Ce,transmissionMap:Z,thicknessMap:X,gradientMap:ce,opaque:_.transparent===!1&&_.blending===ks&&_.alphaToCoverage===!1,alphaMap:re,alphaTest:oe,alphaHash:we,combine:_.combine,mapUv:Le&&f(_.map.channel),aoMapUv:Lt&&f(_.aoMap.channel),lightMapUv:xt&&f(_.lightMap.channel),bumpMapUv:$t&&f(_.bumpMap.channel),normalMapUv:ht&&f(_.normalMap.channel),displacementMapUv:Tn&&f(_.displacementMap.channel),emissiveMapUv:Tt&&f(_.emissiveMap.channel),metalnessMapUv:tn&&f(_.metalnessMap.channel),roughnessMapUv:nn&&f(_.roughnessMap.channel),anisotropyMapUv:Ue&&f(_.anisotropyMap.channel),clearcoatMapUv:A&&f(_.clearcoatMap.channel),clearcoatNormalMapUv:x&&f(_.clearcoatNormalMap.channel),clearcoatRoughnessMapUv:F&&f(_.clearcoatRoughnessMap.channel),diffuseRoughnessMapUv:ne&&f(_.diffuseRoughnessMap.channel),iridescenceMapUv:Q&&f(_.iridescenceMap.channel),iridescenceThicknessMapUv:ae&&f(_.iridescenceThicknessMap.channel),sheenColorMapUv:de&&f(_.sheenColorMap.channel),sheenRoughnessMapUv:q&&f(_.sheenRoughnessMap.channel),specularMapUv:Y&&f(_.specularMap.channel),specularColorMapUv:le&&f(_.specularColorMap.channel),specularIntensityMapUv:C&&f(_.specularIntensityMap.channel),transmissionMapUv:Z&&f(_.transmissionMap.channel),thicknessMapUv:X&&f(_.thicknessMap.channel),alphaMapUv:re&&f(_.alphaMap.channel),vertexTangents:!!I.attributes.tangent&&(ht||sn),vertexNormals:!!I.attributes.normal,vertexColors:_.vertexColors,vertexAlphas:_.vertexColors===!0&&!!I.attributes.color&&I.attributes.color.itemSize===4,pointsUvs:N.isPoints===!0&&!!I.attributes.uv&&(Le||re),fog:!!$,useFog:_.fog===!0,fogExp2:!!$&&$.isFogExp2,flatShading:_.wireframe===!1&&(_.flatShading===!0||I.attributes.normal===void 0&&ht===!1&&(_.isMeshLambertMaterial||_.isMeshPhongMaterial||_.isMeshStandardMaterial||_.isMeshPhysicalMaterial)),sizeAttenuation:_.sizeAttenuation===!0,logarithmicDepthBuffer:d,reversedDepthBuffer:_e,skinning:N.isSkinnedMesh===!0,hasPositionAttribute:I.attributes.position!==void 0,morphTargets:I.morphAttributes.position!==void 0,morphNormals:I.morphAttributes.normal!==void 0,morphColors:I.morphAttributes.color!==void 0,morphTargetsCount:ee,morphTextureStride:xe,numSunLights:b.sun.length,numDirLights:b.directional.length,numPointLights:b.point.length,numSpotLights:b.spot.length,numSpotLightMaps:b.spotLightMap.length,numRectAreaLights:b.rectArea.length,numHemiLights:b.hemi.length,numSunLightShadows:b.sunShadowMap.length,numDirLightShadows:b.directionalShadowMap.length,numPointLightShadows:b.pointShadowMap.length,numSpotLightShadows:b.spotShadowMap.length,numSpotLightShadowsWithMaps:b.numSpotLightShadowsWithMaps,numLightProbes:b.numLightProbes,numLightProbeGrids:G.filter(pe=>pe.texture!==null).length,numClippingPlanes:r.numPlanes,numClipIntersection:r.numIntersection,dithering:_.dithering,shadowMapEnabled:s.shadowMap.enabled&&k.length>0,shadowMapType:s.shadowMap.type,toneMapping:se,decodeVideoTexture:Le&&_.map.isVideoTexture===!0&&$e.getTransfer(_.map.colorSpace)===nt,decodeVideoTextureEmissive:Tt&&_.emissiveMap.isVideoTexture===!0&&$e.getTransfer(_.emissiveMap.colorSpace)===nt,premultipliedAlpha:_.premultipliedAlpha,doubleSided:_.side===Dn,flipSided:_.side===Xt,useDepthPacking:_.depthPacking>=0,depthPacking:_.depthPacking||0,index0AttributeName:_.index0AttributeName,extensionClipCullDistance:Ge&&_.extensions.clipCullDistance===!0&&t.has("WEBGL_clip_cull_distance"),extensionMultiDraw:(Ge&&_.extensions.multiDraw===!0||pt)&&t.has("WEBGL_multi_draw"),rendererExtensionParallelShaderCompile:t.has("KHR_parallel_shader_compile"),customProgramCacheKey:_.customProgramCacheKey()};return ze.vertexUv1s=l.has(1),ze.vertexUv2s=l.has(2),ze.vertexUv3s=l.has(3),l.clear(),ze}function v(_){const b=[];if(_.shaderID?b.push(_.shaderID):(b.push(_.customVertexShaderID),b.push(_.customFragmentShaderID)),_.defines!==void 0)for(const k in _.defines)b.push(k),b.push(_.defines[k]);return _.isRawShaderMaterial===!1&&(m(b,_),g(b,_),b.push(s.outputColorSpace)),b.push(_.customProgramCacheKey),b.join()}function m(_,b){_.push(b.precision),_.push(b.outputColorSpace),_.push(b.envMapMode),_.push(b.envMapPMREM),_.push(b.envMapMaxLod),_.push(b.envMapSize),_.push(b.mapUv),_.push(b.alphaMapUv),_.push(b.lightMapUv),_.push(b.aoMapUv),_.push(b.bumpMapUv),_.push(b.normalMapUv),_.push(b.displacementMapUv),_.push(b.emissiveMapUv),_.push(b.metalnessMapUv),_.push(b.roughnessMapUv),_.push(b.anisotropyMapUv),_.push(b.clearcoatMapUv),_.push(b.clearcoatNormalMapUv),_.push(b.clearcoatRoughnessMapUv),_.push(b.diffuseRoughnessMapUv),_.push(b.iridescenceMapUv),_.push(b.iridescenceThicknessMapUv),_.push(b.sheenColorMapUv),_.push(b.sheenRoughnessMapUv),_.push(b.specularMapUv),_.push(b.specularColorMapUv),_.push(b.specularIntensityMapUv),_.push(b.transmissionMapUv),_.push(b.thicknessMapUv),_.push(b.combine),_.push(b.fogExp2),_.push(b.sizeAttenuation),_.push(b.morphTargetsCount),_.push(b.numSunLights),_.push(b.numDirLights),_.push(b.numPointLights),_.push(b.numSpotLights),_.push(b.numSpotLightMaps),_.push(b.numHemiLights),_.push(b.numRectAreaLights),_.push(b.numSunLightShadows),_.push(b.numDirLightShadows),_.push(b.numPointLightShadows),_.push(b.numSpotLightShadows),_.push(b.numSpotLightShadowsWithMaps),_.push(b.numLightProbes),_.push(b.numLightProbeGrids),_.push(b.shadowMapType),_.push(b.toneMapping),_.push(b.numClippingPlanes),_.push(b.numClipIntersection),_.push(b.depthPacking)}function g(_,b){a.disableAll(),b.instancing&&a.enable(0),b.instancingColor&&a.enable(1),b.instancingMorph&&a.enable(2),b.matcap&&a.enable(3),b.envMap&&a.enable(4),b.normalMapObjectSpace&&a.enable(5),b.normalMapTangentSpace&&a.enable(6),b.clearcoat&&a.enable(7),b.iridescence&&a.enable(8),b.alphaTest&&a.enable(9),b.vertexColors&&a.enable(10),b.vertexAlphas&&a.enable(11),b.vertexUv1s&&a.enable(12),b.vertexUv2s&&a.enable(13),b.vertexUv3s&&a.enable(14),b.vertexTangents&&a.enable(15),b.anisotropy&&a.enable(16),b.alphaHash&&a.enable(17),b.batching&&a.enable(18),b.dispersion&&a.enable(19),b.retroreflection&&a.enable(24),b.diffuseRoughness&&a.enable(25),b.batchingColor&&a.enable(20),b.gradientMap&&a.enable(21),b.packedNormalMap&&a.enable(22),b.vertexNormals&&a.enable(23),_.push(a.mask),a.disableAll(),b.fog&&a.enable(0),b.useFog&&a.enable(1),b.flatShading&&a.enable(2),b.logarithmicDepthBuffer&&a.enable(3),b.reversedDepthBuffer&&a.enable(4),b.skinning&&a.enable(5),b.morphTargets&&a.enable(6),b.morphNormals&&a.enable(7),b.morphColors&&a.enable(8),b.premultipliedAlpha&&a.enable(9),b.shadowMapEnabled&&a.enable(10),b.doubleSided&&a.enable(11),b.flipSided&&a.enable(12),b.useDepthPacking&&a.enable(13),b.dithering&&a.enable(14),b.transmission&&a.enable(15),b.sheen&&a.enable(16),b.opaque&&a.enable(17),b.pointsUvs&&a.enable(18),b.decodeVideoTexture&&a.enable(19),b.decodeVideoTextureEmissive&&a.enable(20),b.alphaToCoverage&&a.enable(21),b.numLightProbeGrids>0&&a.enable(22),b.hasPositionAttribute&&a.enable(23),_.push(a.mask)}function y(_){const b=u[_.type];let k;if(b){const P=In[b];k=Dp.clone(P.uniforms)}else k=_.uniforms;return k}function T(_,b){let k=h.get(b);return k!==void 0?++k.usedTimes:(k=new kv(s,b,_,i),c.push(k),h.set(b,k)),k}function S(_){if(--_.usedTimes===0){const b=c.indexOf(_);c[b]=c[c.length-1],c.pop(),h.delete(_.cacheKey),_.destroy()}}function R(_){o.remove(_)}function w(){o.dispose()}return{getParameters:p,getProgramCacheKey:v,getUniforms:y,acquireProgram:T,releaseProgram:S,releaseShaderCache:R,programs:c,dispose:w}}function Gv(){let s=new WeakMap;function e(a){return s.has(a)}function t(a){let o=s.get(a);return o===void 0&&(o={},s.set(a,o)),o}function n(a){s.delete(a)}function i(a,o,l){s.get(a)[o]=l}function r(){s=new WeakMap}return{has:e,get:t,remove:n,update:i,dispose:r}}function Vv(s,e){return s.groupOrder!==e.groupOrder?s.groupOrder-e.groupOrder:s.renderOrder!==e.renderOrder?s.renderOrder-e.renderOrder:s.material.id!==e.material.id?s.material.id-e.material.id:s.materialVariant!==e.materialVariant?s.materialVariant-e.materialVariant:s.z!==e.z?s.z-e.z:s.id-e.id}function ph(s,e){return s.groupOrder!==e.groupOrder?s.groupOrder-e.groupOrder:s.renderOrder!==e.renderOrder?s.renderOrder-e.renderOrder:s.z!==e.z?e.z-s.z:s.id-e.id}function mh(){const s=[];let e=0;const t=[],n=[],i=[];function r(){e=0,t.length=0,n.length=0,i.length=0}function a(u){let f=0;return u.isInstancedMesh&&(f+=2),u.isSkinnedMesh&&(f+=1),f}function o(u,f,p,v,m,g){let y=s[e];return y===void 0?(y={id:u.id,object:u,geometry:f,material:p,materialVariant:a(u),groupOrder:v,renderOrder:u.renderOrder,z:m,group:g},s[e]=y):(y.id=u.id,y.object=u,y.geometry=f,y.material=p,y.materialVariant=a(u),y.groupOrder=v,y.renderOrder=u.renderOrder,y.z=m,y.group=g),e++,y}function l(u,f,p,v,m,g,y){y.reversedDepth===!0&&(m=-m);const T=o(u,f,p,v,m,g);p.transmission>0?n.push(T):p.transparent===!0?i.push(T):t.push(T)}function c(u,f,p,v,m,g){const y=o(u,f,p,v,m,g);p.transmission>0?n.unshift(y):p.transparent===!0?i.unshift(y):t.unshift(y)}function h(u,f){t.length>1&&t.sort(u||Vv),n.length>1&&n.sort(f||ph),i.length>1&&i.sort(f||ph)}function d(){for(let u=e,f=s.length;u<f;u++){const p=s[u];if(p.id===null)break;p.id=null,p.object=null,p.geometry=null,p.material=null,p.group=null}}return{opaque:t,transmissive:n,transparent:i,init:r,push:l,unshift:c,finish:d,sort:h}}function Wv(){let s=new WeakMap;function e(n,i){const r=s.get(n);let a;return r===void 0?(a=new mh,s.set(n,[a])):i>=r.length?(a=new mh,r.push(a)):a=r[i],a}function t(){s=new WeakMap}return{get:e,dispose:t}}function Xv(){const s={};return{get:function(e){if(s[e.id]!==void 0)return s[e.id];let t;switch(e.type){case"SunLight":case"DirectionalLight":t={direction:new U,color:new Ie};break;case"SpotLight":t={position:new U,direction:new U,color:new Ie,distance:0,coneCos:0,penumbraCos:0,decay:0};break;case"PointLight":t={position:new U,color:new Ie,distance:0,decay:0};break;case"HemisphereLight":t={direction:new U,skyColor:new Ie,groundColor:new Ie};break;case"RectAreaLight":t={color:new Ie,position:new U,halfWidth:new U,halfHeight:new U};break}return s[e.id]=t,t}}}function $v(){const s={};return{get:function(e){if(s[e.id]!==void 0)return s[e.id];let t;switch(e.type){case"SunLight":case"DirectionalLight":t={shadowIntensity:1,shadowBias:0,shadowNormalBias:0,shadowRadius:1,shadowMapSize:new De};break;case"SpotLight":t={shadowIntensity:1,shadowBias:0,shadowNormalBias:0,shadowRadius:1,shadowMapSize:new De};break;case"PointLight":t={shadowIntensity:1,shadowBias:0,shadowNormalBias:0,shadowRadius:1,shadowMapSize:new De,shadowCameraNear:1,shadowCameraFar:1e3};break}return s[e.id]=t,t}}}let qv=0;function Kv(s,e){return(e.castShadow?2:0)-(s.castShadow?2:0)+(e.map?1:0)-(s.map?1:0)}function Yv(s){const e=new Xv,t=$v(),n={version:0,hash:{sunLength:-1,directionalLength:-1,pointLength:-1,spotLength:-1,rectAreaLength:-1,hemiLength:-1,numSunShadows:-1,numDirectionalShadows:-1,numPointShadows:-1,numSpotShadows:-1,numSpotMaps:-1,numLightProbes:-1},ambient:[0,0,0],probe:[],sun:[],sunShadow:[],sunShadowMap:[],sunShadowMatrix:[],sunShadowCascade:[],directional:[],directionalShadow:[],directionalShadowMap:[],directionalShadowMatrix:[],spot:[],spotLightMap:[],spotShadow:[],spotShadowMap:[],spotLightMatrix:[],rectArea:[],rectAreaLTC1:null,rectAreaLTC2:null,point:[],pointShadow:[],pointShadowMap:[],pointShadowMatrix:[],hemi:[],numSpotLightShadowsWithMaps:0,numLightProbes:0};for(let c=0;c<9;c++)n.probe.push(new U);const i=new U,r=new He,a=new He;function o(c){let h=0,d=0,u=0;for(let G=0;G<9;G++)n.probe[G].set(0,0,0);let f=0,p=0,v=0,m=0,g=0,y=0,T=0,S=0,R=0,w=0,_=0,b=0,k=0,P=0;c.sort(Kv);for(let G=0,$=c.length;G<$;G++){const I=c[G],W=I.color,J=I.intensity,z=I.distance;let te=null;if(I.shadow&&I.shadow.map&&(I.shadow.map.texture.format===wi?te=I.shadow.map.texture:te=I.shadow.map.depthTexture||I.shadow.map.texture),I.isAmbientLight)h+=W.r*J,d+=W.g*J,u+=W.b*J;else if(I.isLightProbe){for(let H=0;H<9;H++)n.probe[H].addScaledVector(I.sh.coefficients[H],J);P++}else if(I.isSunLight){const H=e.get(I);if(H.color.copy(I.color).multiplyScalar(I.intensity),I.castShadow){const K=I.shadow,ee=t.get(I);ee.shadowIntensity=K.intensity,ee.shadowBias=K.bias,ee.shadowNormalBias=K.normalBias,ee.shadowRadius=K.radius,ee.shadowMapSize.copy(K.mapSize).multiply(K.getFrameExtents()),n.sunShadow[p]=ee,n.sunShadowMap[p]=te;const xe=K.getViewportCount();for(let Pe=0;Pe<xe;Pe++)n.sunShadowMatrix[v+Pe]=K.getMatrix(Pe),n.sunShadowCascade[v+Pe]=K._cascadeData[Pe];v+=xe,p++}n.sun[f]=H,f++}else if(I.isDirectionalLight){const H=e.get(I);if(H.color.copy(I.color).multiplyScalar(I.intensity),I.castShadow){const K=I.shadow,ee=t.get(I);ee.shadowIntensity=K.intensity,ee.shadowBias=K.bias,ee.shadowNormalBias=K.normalBias,ee.shadowRadius=K.radius,ee.shadowMapSize=K.mapSize,n.directionalShadow[m]=ee,n.directionalShadowMap[m]=te,n.directionalShadowMatrix[m]=I.shadow.matrix,R++}n.directional[m]=H,m++}else if(I.isSpotLight){const H=e.get(I);H.position.setFromMatrixPosition(I.matrixWorld),H.color.copy(W).multiplyScalar(J),H.distance=z,H.coneCos=Math.cos(I.angle),H.penumbraCos=Math.cos(I.angle*(1-I.penumbra)),H.decay=I.decay,n.spot[y]=H;const K=I.shadow;if(I.map&&(n.spotLightMap[b]=I.map,b++,K.updateMatrices(I),I.castShadow&&k++),n.spotLightMatrix[y]=K.matrix,I.castShadow){const ee=t.get(I);ee.shadowIntensity=K.intensity,ee.shadowBias=K.bias,ee.shadowNormalBias=K.normalBias,ee.shadowRadius=K.radius,ee.shadowMapSize=K.mapSize,n.spotShadow[y]=ee,n.spotShadowMap[y]=te,_++}y++}else if(I.isRectAreaLight){const H=e.get(I);H.color.copy(W).multiplyScalar(J),H.halfWidth.set(I.width*.5,0,0),H.halfHeight.set(0,I.height*.5,0),n.rectArea[T]=H,T++}else if(I.isPointLight){const H=e.get(I);if(H.color.copy(I.color).multiplyScalar(I.intensity),H.distance=I.distance,H.decay=I.decay,I.castShadow){const K=I.shadow,ee=t.get(I);ee.shadowIntensity=K.intensity,ee.shadowBias=K.bias,ee.shadowNormalBias=K.normalBias,ee.shadowRadius=K.radius,ee.shadowMapSize=K.mapSize,ee.shadowCameraNear=K.camera.near,ee.shadowCameraFar=K.camera.far,n.pointShadow[g]=ee,n.pointShadowMap[g]=te,n.pointShadowMatrix[g]=I.shadow.matrix,w++}n.point[g]=H,g++}else if(I.isHemisphereLight){const H=e.get(I);H.skyColor.copy(I.color).multiplyScalar(J),H.groundColor.copy(I.groundColor).multiplyScalar(J),n.hemi[S]=H,S++}}T>0&&(s.has("OES_texture_float_linear")===!0?(n.rectAreaLTC1=me.LTC_FLOAT_1,n.rectAreaLTC2=me.LTC_FLOAT_2):(n.rectAreaLTC1=me.LTC_HALF_1,n.rectAreaLTC2=me.LTC_HALF_2)),n.ambient[0]=h,n.ambient[1]=d,n.ambient[2]=u;const N=n.hash;(N.sunLength!==f||N.directionalLength!==m||N.pointLength!==g||N.spotLength!==y||N.rectAreaLength!==T||N.hemiLength!==S||N.numSunShadows!==p||N.numDirectionalShadows!==R||N.numPointShadows!==w||N.numSpotShadows!==_||N.numSpotMaps!==b||N.numLightProbes!==P)&&(n.sun.length=f,n.directional.length=m,n.spot.length=y,n.rectArea.length=T,n.point.length=g,n.hemi.length=S,n.sunShadow.length=p,n.sunShadowMap.length=p,n.sunShadowMatrix.length=v,n.sunShadowCascade.length=v,n.directionalShadow.length=R,n.directionalShadowMap.length=R,n.directionalShadowMatrix.length=R,n.pointShadow.length=w,n.pointShadowMap.length=w,n.pointShadowMatrix.length=w,n.spotShadow.length=_,n.spotShadowMap.length=_,n.spotLightMatrix.length=_+b-k,n.spotLightMap.length=b,n.numSpotLightShadowsWithMaps=k,n.numLightProbes=P,N.sunLength=f,N.directionalLength=m,N.pointLength=g,N.spotLength=y,N.rectAreaLength=T,N.hemiLength=S,N.numSunShadows=p,N.numDirectionalShadows=R,N.numPointShadows=w,N.numSpotShadows=_,N.numSpotMaps=b,N.numLightProbes=P,n.version=qv++)}function l(c,h){let d=0,u=0,f=0,p=0,v=0,m=0;const g=h.matrixWorldInverse;for(let y=0,T=c.length;y<T;y++){const S=c[y];if(S.isSunLight){const R=n.sun[d];R.direction.setFromMatrixPosition(S.matrixWorld),R.direction.transformDirection(g),d++}else if(S.isDirectionalLight){const R=n.directional[u];R.direction.setFromMatrixPosition(S.matrixWorld),i.setFromMatrixPosition(S.target.matrixWorld),R.direction.sub(i),R.direction.transformDirection(g),u++}else if(S.isSpotLight){const R=n.spot[p];R.position.setFromMatrixPosition(S.matrixWorld),R.position.applyMatrix4(g),R.direction.setFromMatrixPosition(S.matrixWorld),i.setFromMatrixPosition(S.target.matrixWorld),R.direction.sub(i),R.direction.transformDirection(g),p++}else if(S.isRectAreaLight){const R=n.rectArea[v];R.position.setFromMatrixPosition(S.matrixWorld),R.position.applyMatrix4(g),a.identity(),r.copy(S.matrixWorld),r.premultiply(g),a.extractRotation(r),R.halfWidth.set(S.width*.5,0,0),R.halfHeight.set(0,S.height*.5,0),R.halfWidth.applyMatrix4(a),R.halfHeight.applyMatrix4(a),v++}else if(S.isPointLight){const R=n.point[f];R.position.setFromMatrixPosition(S.matrixWorld),R.position.applyMatrix4(g),f++}else if(S.isHemisphereLight){const R=n.hemi[m];R.direction.setFromMatrixPosition(S.matrixWorld),R.direction.transformDirection(g),m++}}}return{setup:o,setupView:l,state:n}}function gh(s){const e=new Yv(s),t=[],n=[],i=[];function r(d){h.camera=d,t.length=0,n.length=0,i.length=0}function a(d){d.isLightProbeGrid?i.push(d):t.push(d)}function o(d){n.push(d)}function l(){e.setup(t),i.sort((d,u)=>d.priority-u.priority||d.id-u.id)}function c(d){e.setupView(t,d)}const h={lightsArray:t,shadowsArray:n,lightProbeGridArray:i,camera:null,lights:e,transmissionRenderTarget:{},textureUnits:0};return{init:r,state:h,setupLights:l,setupLightsView:c,pushLight:a,pushShadow:o}}function jv(s){let e=new WeakMap;function t(i,r=0){const a=e.get(i);let o;return a===void 0?(o=new gh(s),e.set(i,[o])):r>=a.length?(o=new gh(s),a.push(o)):o=a[r],o}function n(){e=new WeakMap}return{get:t,dispose:n}}const Zv=`void main() {
	gl_Position = vec4( position, 1.0 );
}`,Jv=`uniform sampler2D shadow_pass;
uniform vec2 resolution;
uniform float radius;
void main() {
	const float samples = float( VSM_SAMPLES );
	float mean = 0.0;
	float squared_mean = 0.0;
	float uvStride = samples <= 1.0 ? 0.0 : 2.0 / ( samples - 1.0 );
	float uvStart = samples <= 1.0 ? 0.0 : - 1.0;
	for ( float i = 0.0; i < samples; i ++ ) {
		float uvOffset = uvStart + i * uvStride;
		#ifdef HORIZONTAL_PASS
			vec2 distribution = texture2D( shadow_pass, ( gl_FragCoord.xy + vec2( uvOffset, 0.0 ) * radius ) / resolution ).rg;
			mean += distribution.x;
			squared_mean += distribution.y * distribution.y + distribution.x * distribution.x;
		#else
			float depth = texture2D( shadow_pass, ( gl_FragCoord.xy + vec2( 0.0, uvOffset ) * radius ) / resolution ).r;
			mean += depth;
			squared_mean += depth * depth;
		#endif
	}
	mean = mean / samples;
	squared_mean = squared_mean / samples;
	float std_dev = sqrt( max( 0.0, squared_mean - mean * mean ) );
	gl_FragColor = vec4( mean, std_dev, 0.0, 1.0 );
}`,Qv=[new U(1,0,0),new U(-1,0,0),new U(0,1,0),new U(0,-1,0),new U(0,0,1),new U(0,0,-1)],ex=[new U(0,-1,0),new U(0,-1,0),new U(0,0,1),new U(0,0,-1),new U(0,-1,0),new U(0,-1,0)],_h=new He,Es=new U,Ga=new U;function tx(s,e,t){let n=new Ys;const i=new De,r=new De,a=new at,o=new Fp,l=new Bp,c={},h=t.maxTextureSize,d={[fi]:Xt,[Xt]:fi,[Dn]:Dn},u=new Ti({defines:{VSM_SAMPLES:8},uniforms:{shadow_pass:{value:null},resolution:{value:new De},radius:{value:4}},vertexShader:Zv,fragmentShader:Jv}),f=u.clone();f.defines.HORIZONTAL_PASS=1;const p=new bn;p.setAttribute("position",new hn(new Float32Array([-1,-1,.5,3,-1,.5,-1,3,.5]),3));const v=new ut(p,u),m=this;this.enabled=!1,this.autoUpdate=!0,this.needsUpdate=!1,this.type=Or;let g=this.type;this.render=function(w,_,b){if(m.enabled===!1||m.autoUpdate===!1&&m.needsUpdate===!1||w.length===0)return;this.type===tf&&(Te("WebGLShadowMap: PCFSoftShadowMap has been removed. Using PCFShadowMap instead."),this.type=Or);const k=s.getRenderTarget(),P=s.getActiveCubeFace(),N=s.getActiveMipmapLevel(),G=s.state;G.setBlending(ji),G.buffers.depth.getReversed()===!0?G.buffers.color.setClear(0,0,0,0):G.buffers.color.setClear(1,1,1,1),G.buffers.depth.setTest(!0),G.setScissorTest(!1);const $=g!==this.type;$&&_.traverse(function(I){I.material&&(Array.isArray(I.material)?I.material.forEach(W=>W.needsUpdate=!0):I.material.needsUpdate=!0)});for(let I=0,W=w.length;I<W;I++){const J=w[I],z=J.shadow;if(z===void 0){Te("WebGLShadowMap:",J,"has no shadow.");continue}if(z.autoUpdate===!1&&z.needsUpdate===!1)continue;i.copy(z.mapSize);const te=z.getFrameExtents();i.multiply(te),r.copy(z.mapSize),(i.x>h||i.y>h)&&(i.x>h&&(r.x=Math.floor(h/te.x),i.x=r.x*te.x,z.mapSize.x=r.x),i.y>h&&(r.y=Math.floor(h/te.y),i.y=r.y*te.y,z.mapSize.y=r.y));const H=s.state.buffers.depth.getReversed();if(z.camera._reversedDepth=H,z.map===null||$===!0){if(z.map!==null&&(z.map.depthTexture!==null&&(z.map.depthTexture.dispose(),z.map.depthTexture=null),z.map.dispose()),this.type===Is){if(J.isPointLight){Te("WebGLShadowMap: VSM shadow maps are not supported for PointLights. Use PCF or BasicShadowMap instead.");continue}z.map=new kn(i.x,i.y,{format:wi,type:Fn,minFilter:Nt,magFilter:Nt,generateMipmaps:!1}),z.map.texture.name=J.name+".shadowMap",z.map.depthTexture=new rs(i.x,i.y,cn),z.map.depthTexture.name=J.name+".shadowMapDepth",z.map.depthTexture.format=pi,z.map.depthTexture.compareFunction=null,z.map.depthTexture.minFilter=St,z.map.depthTexture.magFilter=St}else J.isPointLight?(z.map=new Dl(i.x),z.map.depthTexture=new Wd(i.x,On)):(z.map=new kn(i.x,i.y),z.map.depthTexture=new rs(i.x,i.y,On)),z.map.depthTexture.name=J.name+".shadowMap",z.map.depthTexture.format=pi,this.type===Or?(z.map.depthTexture.compareFunction=H?Ad:Td,z.map.depthTexture.minFilter=Nt,z.map.depthTexture.magFilter=Nt):(z.map.depthTexture.compareFunction=null,z.map.depthTexture.minFilter=St,z.map.depthTexture.magFilter=St);z.camera.updateProjectionMatrix()}z.map.isWebGLCubeRenderTarget!==!0&&(z.map.width!==i.x||z.map.height!==i.y)&&z.map.setSize(i.x,i.y);const K=z.map.isWebGLCubeRenderTarget?6:z.getViewportCount();J.isPointLight!==!0&&z.updateMatrices(J,b);const ee=(z.camera.layers.mask&4294967294)!==0?z.camera.layers:b.layers;for(let xe=0;xe<K;xe++){const Pe=z.getCamera(xe);if(J.isPointLight){const j=z.camera,ge=z.matrix,Me=J.distance||j.far;Me!==j.far&&(j.far=Me,j.updateProjectionMatrix()),Es.setFromMatrixPosition(J.matrixWorld),j.position.copy(Es),Ga.copy(j.position),Ga.add(Qv[xe]),j.up.copy(ex[xe]),j.lookAt(Ga),j.updateMatrixWorld(),ge.makeTranslation(-Es.x,-Es.y,-Es.z),_h.multiplyMatrices(j.projectionMatrix,j.matrixWorldInverse),z._frustum.setFromProjectionMatrix(_h,j.coordinateSystem,j.reversedDepth)}if(z.map.isWebGLCubeRenderTarget)s.setRenderTarget(z.map,xe),s.clear();else{xe===0&&(s.setRenderTarget(z.map),s.clear());const j=z.getViewport(xe);a.set(r.x*j.x,r.y*j.y,r.x*j.z,r.y*j.w),G.viewport(a)}n=z.getFrustum(xe),S(_,b,Pe,J,ee,this.type)}z.isPointLightShadow!==!0&&this.type===Is&&y(z,b),z.needsUpdate=!1}g=this.type,m.needsUpdate=!1,s.setRenderTarget(k,P,N)};function y(w,_){const b=e.update(v);u.defines.VSM_SAMPLES!==w.blurSamples&&(u.defines.VSM_SAMPLES=w.blurSamples,f.defines.VSM_SAMPLES=w.blurSamples,u.needsUpdate=!0,f.needsUpdate=!0),w.mapPass===null?w.mapPass=new kn(i.x,i.y,{format:wi,type:Fn}):(w.mapPass.width!==w.map.width||w.mapPass.height!==w.map.height)&&w.mapPass.setSize(w.map.width,w.map.height),u.uniforms.shadow_pass.value=w.map.depthTexture,u.uniforms.resolution.value.set(w.map.width,w.map.height),u.uniforms.radius.value=w.radius,s.setRenderTarget(w.mapPass),s.clear(),s.renderBufferDirect(_,null,b,u,v,null),f.uniforms.shadow_pass.value=w.mapPass.texture,f.uniforms.resolution.value.set(w.map.width,w.map.height),f.uniforms.radius.value=w.radius,s.setRenderTarget(w.map),s.clear(),s.renderBufferDirect(_,null,b,f,v,null)}function T(w,_,b,k){let P=null;const N=b.isPointLight===!0?w.customDistanceMaterial:w.customDepthMaterial;if(N!==void 0)P=N;else if(P=b.isPointLight===!0?l:o,s.localClippingEnabled&&_.clipShadows===!0&&Array.isArray(_.clippingPlanes)&&_.clippingPlanes.length!==0||_.displacementMap&&_.displacementScale!==0||_.alphaMap&&_.alphaTest>0||_.map&&_.alphaTest>0||_.alphaToCoverage===!0){const G=P.uuid,$=_.uuid;let I=c[G];I===void 0&&(I={},c[G]=I);let W=I[$];W===void 0&&(W=P.clone(),I[$]=W,_.addEventListener("dispose",R)),P=W}if(P.visible=_.visible,P.wireframe=_.wireframe,k===Is?P.side=_.shadowSide!==null?_.shadowSide:_.side:P.side=_.shadowSide!==null?_.shadowSide:d[_.side],P.alphaMap=_.alphaMap,P.alphaTest=_.alphaToCoverage===!0?.5:_.alphaTest,P.map=_.map,P.clipShadows=_.clipShadows,P.clippingPlanes=_.clippingPlanes,P.clipIntersection=_.clipIntersection,P.displacementMap=_.displacementMap,P.displacementScale=_.displacementScale,P.displacementBias=_.displacementBias,P.wireframeLinewidth=_.wireframeLinewidth,P.linewidth=_.linewidth,b.isPointLight===!0&&P.isMeshDistanceMaterial===!0){const G=s.properties.get(P);G.light=b}return P}function S(w,_,b,k,P,N){if(w.visible===!1)return;if(w.layers.test(P)&&(w.isMesh||w.isLine||w.isPoints)&&(w.castShadow||w.receiveShadow&&N===Is)&&(!w.frustumCulled||w.intersectsFrustum(n))){w.modelViewMatrix.multiplyMatrices(b.matrixWorldInverse,w.matrixWorld);const I=e.update(w),W=w.material;if(Array.isArray(W)){const J=I.groups;for(let z=0,te=J.length;z<te;z++){const H=J[z],K=W[H.materialIndex];if(K&&K.visible){const ee=T(w,K,k,N);w.onBeforeShadow(s,w,_,b,I,ee,H),s.renderBufferDirect(b,null,I,ee,w,H),w.onAfterShadow(s,w,_,b,I,ee,H)}}}else if(W.visible){const J=T(w,W,k,N);w.onBeforeShadow(s,w,_,b,I,J,null),s.renderBufferDirect(b,null,I,J,w,null),w.onAfterShadow(s,w,_,b,I,J,null)}}const $=w.children;for(let I=0,W=$.length;I<W;I++)S($[I],_,b,k,P,N)}function R(w){w.target.removeEventListener("dispose",R);for(const b in c){const k=c[b],P=w.target.uuid;P in k&&(k[P].dispose(),delete k[P])}}}function nx(s,e){function t(){let C=!1;const Z=new at;let X=null;const ce=new at(0,0,0,0);return{setMask:function(re){X!==re&&!C&&(s.colorMask(re,re,re,re),X=re)},setLocked:function(re){C=re},setClear:function(re,oe,we,Ge,se){se===!0&&(re*=Ge,oe*=Ge,we*=Ge),Z.set(re,oe,we,Ge),ce.equals(Z)===!1&&(s.clearColor(re,oe,we,Ge),ce.copy(Z))},reset:function(){C=!1,X=null,ce.set(-1,0,0,0)}}}function n(){let C=!1,Z=!1,X=null,ce=null,re=null;return{setReversed:function(oe){if(Z!==oe){const we=e.get("EXT_clip_control");oe?we.clipControlEXT(we.LOWER_LEFT_EXT,we.ZERO_TO_ONE_EXT):we.clipControlEXT(we.LOWER_LEFT_EXT,we.NEGATIVE_ONE_TO_ONE_EXT),Z=oe;const Ge=re;re=null,this.setClear(Ge)}},getReversed:function(){return Z},setTest:function(oe){oe?_e(s.DEPTH_TEST):Oe(s.DEPTH_TEST)},setMask:function(oe){X!==oe&&!C&&(s.depthMask(oe),X=oe)},setFunc:function(oe){if(Z&&(oe=Hf[oe]),ce!==oe){switch(oe){case lo:s.depthFunc(s.NEVER);break;case co:s.depthFunc(s.ALWAYS);break;case ho:s.depthFunc(s.LESS);break;case Gs:s.depthFunc(s.LEQUAL);break;case uo:s.depthFunc(s.EQUAL);break;case fo:s.depthFunc(s.GEQUAL);break;case po:s.depthFunc(s.GREATER);break;case mo:s.depthFunc(s.NOTEQUAL);break;default:s.depthFunc(s.LEQUAL)}ce=oe}},setLocked:function(oe){C=oe},setClear:function(oe){re!==oe&&(re=oe,Z&&(oe=1-oe),s.clearDepth(oe))},reset:function(){C=!1,X=null,ce=null,re=null,Z=!1}}}function i(){let C=!1,Z=null,X=null,ce=null,re=null,oe=null,we=null,Ge=null,se=null;return{setTest:function(Ae){C||(Ae?_e(s.STENCIL_TEST):Oe(s.STENCIL_TEST))},setMask:function(Ae){Z!==Ae&&!C&&(s.stencilMask(Ae),Z=Ae)},setFunc:function(Ae,ze,pe){(X!==Ae||ce!==ze||re!==pe)&&(s.stencilFunc(Ae,ze,pe),X=Ae,ce=ze,re=pe)},setOp:function(Ae,ze,pe){(oe!==Ae||we!==ze||Ge!==pe)&&(s.stencilOp(Ae,ze,pe),oe=Ae,we=ze,Ge=pe)},setLocked:function(Ae){C=Ae},setClear:function(Ae){se!==Ae&&(s.clearStencil(Ae),se=Ae)},reset:function(){C=!1,Z=null,X=null,ce=null,re=null,oe=null,we=null,Ge=null,se=null}}}const r=new t,a=new n,o=new i;let l={};const c=new WeakMap;let h={},d={},u={},f=new WeakMap,p=[],v=null,m=!1,g=null,y=null,T=null,S=null,R=null,w=null,_=null,b=new Ie(0,0,0),k=0,P=!1,N=null,G=null,$=null,I=null,W=null;const J=s.getParameter(s.MAX_COMBINED_TEXTURE_IMAGE_UNITS);let z=!1,te=0;const H=s.getParameter(s.VERSION);H.indexOf("WebGL")!==-1?(te=parseFloat(/^WebGL (\d)/.exec(H)[1]),z=te>=1):H.indexOf("OpenGL ES")!==-1&&(te=parseFloat(/^OpenGL ES (\d)/.exec(H)[1]),z=te>=2);let K=null,ee={};const xe=s.getParameter(s.SCISSOR_BOX),Pe=s.getParameter(s.VIEWPORT),j=new at().fromArray(xe),ge=new at().fromArray(Pe);function Me(C,Z,X,ce){const re=new Uint8Array(4),oe=s.createTexture();s.bindTexture(C,oe),s.texParameteri(C,s.TEXTURE_MIN_FILTER,s.NEAREST),s.texParameteri(C,s.TEXTURE_MAG_FILTER,s.NEAREST);for(let we=0;we<X;we++)C===s.TEXTURE_3D||C===s.TEXTURE_2D_ARRAY?s.texImage3D(Z,0,s.RGBA,1,1,ce,0,s.RGBA,s.UNSIGNED_BYTE,re):s.texImage2D(Z+we,0,s.RGBA,1,1,0,s.RGBA,s.UNSIGNED_BYTE,re);return oe}const Re={};Re[s.TEXTURE_2D]=Me(s.TEXTURE_2D,s.TEXTURE_2D,1),Re[s.TEXTURE_CUBE_MAP]=Me(s.TEXTURE_CUBE_MAP,s.TEXTURE_CUBE_MAP_POSITIVE_X,6),Re[s.TEXTURE_2D_ARRAY]=Me(s.TEXTURE_2D_ARRAY,s.TEXTURE_2D_ARRAY,1,1),Re[s.TEXTURE_3D]=Me(s.TEXTURE_3D,s.TEXTURE_3D,1,1),r.setClear(0,0,0,1),a.setClear(1),o.setClear(0),_e(s.DEPTH_TEST),a.setFunc(Gs),$t(!1),ht(nc),_e(s.CULL_FACE),Lt(ji);function _e(C){h[C]!==!0&&(s.enable(C),h[C]=!0)}function Oe(C){h[C]!==!1&&(s.disable(C),h[C]=!1)}function pt(C,Z){return u[C]!==Z?(s.bindFramebuffer(C,Z),u[C]=Z,C===s.DRAW_FRAMEBUFFER&&(u[s.FRAMEBUFFER]=Z),C===s.FRAMEBUFFER&&(u[s.DRAW_FRAMEBUFFER]=Z),!0):!1}function Le(C,Z){let X=p,ce=!1;if(C){X=f.get(Z),X===void 0&&(X=[],f.set(Z,X));const re=C.textures;if(X.length!==re.length||X[0]!==s.COLOR_ATTACHMENT0){for(let oe=0,we=re.length;oe<we;oe++)X[oe]=s.COLOR_ATTACHMENT0+oe;X.length=re.length,ce=!0}}else X[0]!==s.BACK&&(X[0]=s.BACK,ce=!0);ce&&s.drawBuffers(X)}function et(C){return v!==C?(s.useProgram(C),v=C,!0):!1}const it={[Wi]:s.FUNC_ADD,[sf]:s.FUNC_SUBTRACT,[rf]:s.FUNC_REVERSE_SUBTRACT};it[af]=s.MIN,it[of]=s.MAX;const qe={[lf]:s.ZERO,[cf]:s.ONE,[hf]:s.SRC_COLOR,[cd]:s.SRC_ALPHA,[gf]:s.SRC_ALPHA_SATURATE,[pf]:s.DST_COLOR,[uf]:s.DST_ALPHA,[df]:s.ONE_MINUS_SRC_COLOR,[hd]:s.ONE_MINUS_SRC_ALPHA,[mf]:s.ONE_MINUS_DST_COLOR,[ff]:s.ONE_MINUS_DST_ALPHA,[_f]:s.CONSTANT_COLOR,[vf]:s.ONE_MINUS_CONSTANT_COLOR,[xf]:s.CONSTANT_ALPHA,[yf]:s.ONE_MINUS_CONSTANT_ALPHA};function Lt(C,Z,X,ce,re,oe,we,Ge,se,Ae){if(C===ji){m===!0&&(Oe(s.BLEND),m=!1);return}if(m===!1&&(_e(s.BLEND),m=!0),C!==nf){if(C!==g||Ae!==P){if((y!==Wi||R!==Wi)&&(s.blendEquation(s.FUNC_ADD),y=Wi,R=Wi),Ae)switch(C){case ks:s.blendFuncSeparate(s.ONE,s.ONE_MINUS_SRC_ALPHA,s.ONE,s.ONE_MINUS_SRC_ALPHA);break;case ic:s.blendFunc(s.ONE,s.ONE);break;case sc:s.blendFuncSeparate(s.ZERO,s.ONE_MINUS_SRC_COLOR,s.ZERO,s.ONE);break;case rc:s.blendFuncSeparate(s.DST_COLOR,s.ONE_MINUS_SRC_ALPHA,s.ZERO,s.ONE);break;default:Ne("WebGLState: Invalid blending: ",C);break}else switch(C){case ks:s.blendFuncSeparate(s.SRC_ALPHA,s.ONE_MINUS_SRC_ALPHA,s.ONE,s.ONE_MINUS_SRC_ALPHA);break;case ic:s.blendFuncSeparate(s.SRC_ALPHA,s.ONE,s.ONE,s.ONE);break;case sc:Ne("WebGLState: SubtractiveBlending requires material.premultipliedAlpha = true");break;case rc:Ne("WebGLState: MultiplyBlending requires material.premultipliedAlpha = true");break;default:Ne("WebGLState: Invalid blending: ",C);break}T=null,S=null,w=null,_=null,b.set(0,0,0),k=0,g=C,P=Ae}return}re=re||Z,oe=oe||X,we=we||ce,(Z!==y||re!==R)&&(s.blendEquationSeparate(it[Z],it[re]),y=Z,R=re),(X!==T||ce!==S||oe!==w||we!==_)&&(s.blendFuncSeparate(qe[X],qe[ce],qe[oe],qe[we]),T=X,S=ce,w=oe,_=we),(Ge.equals(b)===!1||se!==k)&&(s.blendColor(Ge.r,Ge.g,Ge.b,se),b.copy(Ge),k=se),g=C,P=!1}function xt(C,Z){C.side===Dn?Oe(s.CULL_FACE):_e(s.CULL_FACE);let X=C.side===Xt;Z&&(X=!X),$t(X),C.blending===ks&&C.transparent===!1?Lt(ji):Lt(C.blending,C.blendEquation,C.blendSrc,C.blendDst,C.blendEquationAlpha,C.blendSrcAlpha,C.blendDstAlpha,C.blendColor,C.blendAlpha,C.premultipliedAlpha),a.setFunc(C.depthFunc),a.setTest(C.depthTest),a.setMask(C.depthWrite),r.setMask(C.colorWrite);const ce=C.stencilWrite;o.setTest(ce),ce&&(o.setMask(C.stencilWriteMask),o.setFunc(C.stencilFunc,C.stencilRef,C.stencilFuncMask),o.setOp(C.stencilFail,C.stencilZFail,C.stencilZPass)),Tt(C.polygonOffset,C.polygonOffsetFactor,C.polygonOffsetUnits),C.alphaToCoverage===!0?_e(s.SAMPLE_ALPHA_TO_COVERAGE):Oe(s.SAMPLE_ALPHA_TO_COVERAGE)}function $t(C){N!==C&&(C?s.frontFace(s.CW):s.frontFace(s.CCW),N=C)}function ht(C){C!==Qu?(_e(s.CULL_FACE),C!==G&&(C===nc?s.cullFace(s.BACK):C===ef?s.cullFace(s.FRONT):s.cullFace(s.FRONT_AND_BACK))):Oe(s.CULL_FACE),G=C}function Tn(C){C!==$&&(z&&s.lineWidth(C),$=C)}function Tt(C,Z,X){C?(_e(s.POLYGON_OFFSET_FILL),(I!==Z||W!==X)&&(I=Z,W=X,a.getReversed()&&(Z=-Z,X=-X),s.polygonOffset(Z,X))):Oe(s.POLYGON_OFFSET_FILL)}function tn(C){C?_e(s.SCISSOR_TEST):Oe(s.SCISSOR_TEST)}function nn(C){C===void 0&&(C=s.TEXTURE0+J-1),K!==C&&(s.activeTexture(C),K=C)}function sn(C,Z,X){X===void 0&&(K===null?X=s.TEXTURE0+J-1:X=K);let ce=ee[X];ce===void 0&&(ce={type:void 0,texture:void 0},ee[X]=ce),(ce.type!==C||ce.texture!==Z)&&(K!==X&&(s.activeTexture(X),K=X),s.bindTexture(C,Z||Re[C]),ce.type=C,ce.texture=Z)}function D(){const C=ee[K];C!==void 0&&C.type!==void 0&&(s.bindTexture(C.type,null),C.type=void 0,C.texture=void 0)}function rn(){try{s.compressedTexImage2D(...arguments)}catch(C){Ne("WebGLState:",C)}}function lt(){try{s.compressedTexImage3D(...arguments)}catch(C){Ne("WebGLState:",C)}}function ct(){try{s.texSubImage2D(...arguments)}catch(C){Ne("WebGLState:",C)}}function fe(){try{s.texSubImage3D(...arguments)}catch(C){Ne("WebGLState:",C)}}function yt(){try{s.compressedTexSubImage2D(...arguments)}catch(C){Ne("WebGLState:",C)}}function Ce(){try{s.compressedTexSubImage3D(...arguments)}catch(C){Ne("WebGLState:",C)}}function Ue(){try{s.texStorage2D(...arguments)}catch(C){Ne("WebGLState:",C)}}function A(){try{s.texStorage3D(...arguments)}catch(C){Ne("WebGLState:",C)}}function x(){try{s.texImage2D(...arguments)}catch(C){Ne("WebGLState:",C)}}function F(){try{s.texImage3D(...arguments)}catch(C){Ne("WebGLState:",C)}}function ne(C){return d[C]!==void 0?d[C]:s.getParameter(C)}function Q(C,Z){d[C]!==Z&&(s.pixelStorei(C,Z),d[C]=Z)}function ae(C){j.equals(C)===!1&&(s.scissor(C.x,C.y,C.z,C.w),j.copy(C))}function de(C){ge.equals(C)===!1&&(s.viewport(C.x,C.y,C.z,C.w),ge.copy(C))}function q(C,Z){let X=c.get(Z);X===void 0&&(X=new WeakMap,c.set(Z,X));let ce=X.get(C);ce===void 0&&(ce=s.getUniformBlockIndex(Z,C.name),s.uniformBlockBinding(Z,ce,ce),X.set(C,ce))}function Y(C,Z,X){const re=c.get(Z).get(C);l[re]!==X&&(s.bindBufferBase(s.UNIFORM_BUFFER,re,X),l[re]=X)}function le(){s.disable(s.BLEND),s.disable(s.CULL_FACE),s.disable(s.DEPTH_TEST),s.disable(s.POLYGON_OFFSET_FILL),s.disable(s.SCISSOR_TEST),s.disable(s.STENCIL_TEST),s.disable(s.SAMPLE_ALPHA_TO_COVERAGE),s.blendEquation(s.FUNC_ADD),s.blendFunc(s.ONE,s.ZERO),s.blendFuncSeparate(s.ONE,s.ZERO,s.ONE,s.ZERO),s.blendColor(0,0,0,0),s.colorMask(!0,!0,!0,!0),s.clearColor(0,0,0,0),s.depthMask(!0),s.depthFunc(s.LESS),a.setReversed(!1),s.clearDepth(1),s.stencilMask(4294967295),s.stencilFunc(s.ALWAYS,0,4294967295),s.stencilOp(s.KEEP,s.KEEP,s.KEEP),s.clearStencil(0),s.cullFace(s.BACK),s.frontFace(s.CCW),s.polygonOffset(0,0),s.activeTexture(s.TEXTURE0),s.bindFramebuffer(s.FRAMEBUFFER,null),s.bindFramebuffer(s.DRAW_FRAMEBUFFER,null),s.bindFramebuffer(s.READ_FRAMEBUFFER,null),s.useProgram(null),s.lineWidth(1),s.scissor(0,0,s.canvas.width,s.canvas.height),s.viewport(0,0,s.canvas.width,s.canvas.height),s.pixelStorei(s.PACK_ALIGNMENT,4),s.pixelStorei(s.UNPACK_ALIGNMENT,4),s.pixelStorei(s.UNPACK_FLIP_Y_WEBGL,!1),s.pixelStorei(s.UNPACK_PREMULTIPLY_ALPHA_WEBGL,!1),s.pixelStorei(s.UNPACK_COLORSPACE_CONVERSION_WEBGL,s.BROWSER_DEFAULT_WEBGL),s.pixelStorei(s.PACK_ROW_LENGTH,0),s.pixelStorei(s.PACK_SKIP_PIXELS,0),s.pixelStorei(s.PACK_SKIP_ROWS,0),s.pixelStorei(s.UNPACK_ROW_LENGTH,0),s.pixelStorei(s.UNPACK_IMAGE_HEIGHT,0),s.pixelStorei(s.UNPACK_SKIP_PIXELS,0),s.pixelStorei(s.UNPACK_SKIP_ROWS,0),s.pixelStorei(s.UNPACK_SKIP_IMAGES,0),h={},d={},K=null,ee={},u={},l={},f=new WeakMap,p=[],v=null,m=!1,g=null,y=null,T=null,S=null,R=null,w=null,_=null,b=new Ie(0,0,0),k=0,P=!1,N=null,G=null,$=null,I=null,W=null,j.set(0,0,s.canvas.width,s.canvas.height),ge.set(0,0,s.canvas.width,s.canvas.height),r.reset(),a.reset(),o.reset()}return{buffers:{color:r,depth:a,stencil:o},enable:_e,disable:Oe,bindFramebuffer:pt,drawBuffers:Le,useProgram:et,setBlending:Lt,setMaterial:xt,setFlipSided:$t,setCullFace:ht,setLineWidth:Tn,setPolygonOffset:Tt,setScissorTest:tn,activeTexture:nn,bindTexture:sn,unbindTexture:D,compressedTexImage2D:rn,compressedTexImage3D:lt,texImage2D:x,texImage3D:F,pixelStorei:Q,getParameter:ne,updateUBOMapping:q,uniformBlockBinding:Y,texStorage2D:Ue,texStorage3D:A,texSubImage2D:ct,texSubImage3D:fe,compressedTexSubImage2D:yt,compressedTexSubImage3D:Ce,scissor:ae,viewport:de,reset:le}}function ix(s,e,t,n,i,r,a){const o=e.has("WEBGL_multisampled_render_to_texture")?e.get("WEBGL_multisampled_render_to_texture"):null,l=typeof navigator>"u"?!1:/OculusBrowser/g.test(navigator.userAgent),c=new De,h=new WeakMap,d=new Set;let u;const f=new WeakMap,p=new Set,v=new FinalizationRegistry(A=>p.delete(A));let m=!1;try{m=typeof OffscreenCanvas<"u"&&new OffscreenCanvas(1,1).getContext("2d")!==null}catch{}function g(A,x){return m?new OffscreenCanvas(A,x):Ks("canvas")}function y(A,x,F){let ne=1;const Q=Ue(A);if((Q.width>F||Q.height>F)&&(ne=F/Math.max(Q.width,Q.height)),ne<1)if(typeof HTMLImageElement<"u"&&A instanceof HTMLImageElement||typeof HTMLCanvasElement<"u"&&A instanceof HTMLCanvasElement||typeof ImageBitmap<"u"&&A instanceof ImageBitmap||typeof VideoFrame<"u"&&A instanceof VideoFrame){const ae=Math.floor(ne*Q.width),de=Math.floor(ne*Q.height);u===void 0&&(u=g(ae,de));const q=x?g(ae,de):u;return q.width=ae,q.height=de,q.getContext("2d").drawImage(A,0,0,ae,de),Te("WebGLRenderer: Texture has been resized from ("+Q.width+"x"+Q.height+") to ("+ae+"x"+de+")."),q}else return"data"in A&&Te("WebGLRenderer: Image in DataTexture is too big ("+Q.width+"x"+Q.height+")."),A;return A}function T(A){return A.generateMipmaps}function S(A){s.generateMipmap(A)}function R(A){return A.isWebGLCubeRenderTarget?s.TEXTURE_CUBE_MAP:A.isWebGL3DRenderTarget?s.TEXTURE_3D:A.isWebGLArrayRenderTarget||A.isCompressedArrayTexture?s.TEXTURE_2D_ARRAY:s.TEXTURE_2D}function w(A,x,F,ne,Q,ae=!1){if(A!==null){if(s[A]!==void 0)return s[A];Te("WebGLRenderer: Attempt to use non-existing WebGL internal format '"+A+"'")}let de;ne&&(de=e.get("EXT_texture_norm16"),de||Te("WebGLRenderer: Unable to use normalized textures without EXT_texture_norm16 extension"));let q=x;if(x===s.RED&&(F===s.FLOAT&&(q=s.R32F),F===s.HALF_FLOAT&&(q=s.R16F),F===s.UNSIGNED_BYTE&&(q=s.R8),F===s.UNSIGNED_SHORT&&de&&(q=de.R16_EXT),F===s.SHORT&&de&&(q=de.R16_SNORM_EXT)),x===s.RED_INTEGER&&(F===s.UNSIGNED_BYTE&&(q=s.R8UI),F===s.UNSIGNED_SHORT&&(q=s.R16UI),F===s.UNSIGNED_INT&&(q=s.R32UI),F===s.BYTE&&(q=s.R8I),F===s.SHORT&&(q=s.R16I),F===s.INT&&(q=s.R32I)),x===s.RG&&(F===s.FLOAT&&(q=s.RG32F),F===s.HALF_FLOAT&&(q=s.RG16F),F===s.UNSIGNED_BYTE&&(q=s.RG8),F===s.UNSIGNED_SHORT&&de&&(q=de.RG16_EXT),F===s.SHORT&&de&&(q=de.RG16_SNORM_EXT)),x===s.RG_INTEGER&&(F===s.UNSIGNED_BYTE&&(q=s.RG8UI),F===s.UNSIGNED_SHORT&&(q=s.RG16UI),F===s.UNSIGNED_INT&&(q=s.RG32UI),F===s.BYTE&&(q=s.RG8I),F===s.SHORT&&(q=s.RG16I),F===s.INT&&(q=s.RG32I)),x===s.RGB_INTEGER&&(F===s.UNSIGNED_BYTE&&(q=s.RGB8UI),F===s.UNSIGNED_SHORT&&(q=s.RGB16UI),F===s.UNSIGNED_INT&&(q=s.RGB32UI),F===s.BYTE&&(q=s.RGB8I),F===s.SHORT&&(q=s.RGB16I),F===s.INT&&(q=s.RGB32I)),x===s.RGBA_INTEGER&&(F===s.UNSIGNED_BYTE&&(q=s.RGBA8UI),F===s.UNSIGNED_SHORT&&(q=s.RGBA16UI),F===s.UNSIGNED_INT&&(q=s.RGBA32UI),F===s.BYTE&&(q=s.RGBA8I),F===s.SHORT&&(q=s.RGBA16I),F===s.INT&&(q=s.RGBA32I)),x===s.RGB&&(F===s.UNSIGNED_SHORT&&de&&(q=de.RGB16_EXT),F===s.SHORT&&de&&(q=de.RGB16_SNORM_EXT),F===s.UNSIGNED_INT_5_9_9_9_REV&&(q=s.RGB9_E5),F===s.UNSIGNED_INT_10F_11F_11F_REV&&(q=s.R11F_G11F_B10F)),x===s.RGBA){const Y=ae?Zr:$e.getTransfer(Q);F===s.FLOAT&&(q=s.RGBA32F),F===s.HALF_FLOAT&&(q=s.RGBA16F),F===s.UNSIGNED_BYTE&&(q=Y===nt?s.SRGB8_ALPHA8:s.RGBA8),F===s.UNSIGNED_SHORT&&de&&(q=de.RGBA16_EXT),F===s.SHORT&&de&&(q=de.RGBA16_SNORM_EXT),F===s.UNSIGNED_SHORT_4_4_4_4&&(q=s.RGBA4),F===s.UNSIGNED_SHORT_5_5_5_1&&(q=s.RGB5_A1)}return(q===s.R16F||q===s.R32F||q===s.RG16F||q===s.RG32F||q===s.RGBA16F||q===s.RGBA32F)&&e.get("EXT_color_buffer_float"),q}function _(A,x){let F;return A?x===null||x===On||x===is?F=s.DEPTH24_STENCIL8:x===cn?F=s.DEPTH32F_STENCIL8:x===Ws&&(F=s.DEPTH24_STENCIL8,Te("DepthTexture: 16 bit depth attachment is not supported with stencil. Using 24-bit attachment.")):x===null||x===On||x===is?F=s.DEPTH_COMPONENT24:x===cn?F=s.DEPTH_COMPONENT32F:x===Ws&&(F=s.DEPTH_COMPONENT16),F}function b(A,x){return T(A)===!0||A.isFramebufferTexture&&A.minFilter!==St&&A.minFilter!==Nt?Math.log2(Math.max(x.width,x.height))+1:A.mipmaps.length>0?A.mipmaps.length:A.isCompressedTexture&&Array.isArray(A.image)?x.mipmaps.length:1}function k(A){const x=new WeakRef(A);n.get(A).__ref=x,p.add(x),v.register(A,x,x)}function P(A){const x=n.get(A).__ref;x!==void 0&&(p.delete(x),v.unregister(x))}function N(A){$(A.target)}function G(A){I(A.target)}function $(A){A.removeEventListener("dispose",N),P(A),J(A),A.isVideoTexture&&h.delete(A),A.isHTMLTexture&&d.delete(A)}function I(A){A.removeEventListener("dispose",G),P(A),te(A)}function W(){for(const A of p){const x=A.deref();x!==void 0&&(x.isRenderTarget===!0?I(x):$(x))}p.clear(),d.clear()}function J(A){const x=n.get(A);if(x.__webglInit===void 0)return;const F=A.source,ne=f.get(F);if(ne){const Q=ne[x.__cacheKey];Q.usedTimes--,Q.usedTimes===0&&z(A),Object.keys(ne).length===0&&f.delete(F)}n.remove(A)}function z(A){const x=n.get(A);s.deleteTexture(x.__webglTexture);const F=A.source,ne=f.get(F);delete ne[x.__cacheKey],a.memory.textures--}function te(A){const x=n.get(A);x.__depthDisposeCallback&&x.__depthDisposeCallback();const F=A.depthTexture;if(F&&F.renderTarget===A&&$(F),A.isWebGLCubeRenderTarget)for(let Q=0;Q<6;Q++){if(Array.isArray(x.__webglFramebuffer[Q]))for(let ae=0;ae<x.__webglFramebuffer[Q].length;ae++)s.deleteFramebuffer(x.__webglFramebuffer[Q][ae]);else s.deleteFramebuffer(x.__webglFramebuffer[Q]);x.__webglDepthbuffer&&s.deleteRenderbuffer(x.__webglDepthbuffer[Q])}else{if(Array.isArray(x.__webglFramebuffer))for(let Q=0;Q<x.__webglFramebuffer.length;Q++)s.deleteFramebuffer(x.__webglFramebuffer[Q]);else s.deleteFramebuffer(x.__webglFramebuffer);if(x.__webglDepthbuffer&&s.deleteRenderbuffer(x.__webglDepthbuffer),x.__webglMultisampledFramebuffer&&s.deleteFramebuffer(x.__webglMultisampledFramebuffer),x.__webglColorRenderbuffer)for(let Q=0;Q<x.__webglColorRenderbuffer.length;Q++)x.__webglColorRenderbuffer[Q]&&s.deleteRenderbuffer(x.__webglColorRenderbuffer[Q]);x.__webglDepthRenderbuffer&&s.deleteRenderbuffer(x.__webglDepthRenderbuffer)}const ne=A.textures;for(let Q=0,ae=ne.length;Q<ae;Q++){const de=n.get(ne[Q]);de.__webglTexture&&(s.deleteTexture(de.__webglTexture),a.memory.textures--),n.remove(ne[Q])}n.remove(A)}let H=0;function K(){H=0}function ee(){return H}function xe(A){H=A}function Pe(){const A=H;return A>=i.maxTextures&&Te("WebGLTextures: Trying to use "+(A+1)+" texture units while this GPU supports only "+i.maxTextures),H+=1,A}function j(A){const x=[];return x.push(A.wrapS),x.push(A.wrapT),x.push(A.wrapR||0),x.push(A.magFilter),x.push(A.minFilter),x.push(A.anisotropy),x.push(A.internalFormat),x.push(A.format),x.push(A.type),x.push(A.generateMipmaps),x.push(A.mipmapsAutoUpdate),x.push(A.premultiplyAlpha),x.push(A.flipY),x.push(A.unpackAlignment),x.push(A.colorSpace),x.join()}function ge(A,x){const F=n.get(A);if(A.isVideoTexture&&yt(A),A.isRenderTargetTexture===!1&&A.isExternalTexture!==!0&&A.version>0&&F.__version!==A.version){const ne=A.image;if(ne===null)Te("WebGLRenderer: Texture marked for update but no image data found.");else if(ne.complete===!1)Te("WebGLRenderer: Texture marked for update but image is incomplete");else{xt(F,A,x);return}}else A.isExternalTexture&&(F.__webglTexture=A.sourceTexture?A.sourceTexture:null);t.bindTexture(s.TEXTURE_2D,F.__webglTexture,s.TEXTURE0+x)}function Me(A,x){const F=n.get(A);if(A.isRenderTargetTexture===!1&&A.version>0&&F.__version!==A.version){xt(F,A,x);return}else A.isExternalTexture&&(F.__webglTexture=A.sourceTexture?A.sourceTexture:null);t.bindTexture(s.TEXTURE_2D_ARRAY,F.__webglTexture,s.TEXTURE0+x)}function Re(A,x){const F=n.get(A);if(A.isRenderTargetTexture===!1&&A.version>0&&F.__version!==A.version){xt(F,A,x);return}t.bindTexture(s.TEXTURE_3D,F.__webglTexture,s.TEXTURE0+x)}function _e(A,x){const F=n.get(A);if(A.version>0&&F.__version!==A.version){$t(F,A,x);return}t.bindTexture(s.TEXTURE_CUBE_MAP,F.__webglTexture,s.TEXTURE0+x)}const Oe={[ns]:s.REPEAT,[Nn]:s.CLAMP_TO_EDGE,[$r]:s.MIRRORED_REPEAT},pt={[St]:s.NEAREST,[vd]:s.NEAREST_MIPMAP_NEAREST,[Ds]:s.NEAREST_MIPMAP_LINEAR,[Nt]:s.LINEAR,[Fr]:s.LINEAR_MIPMAP_NEAREST,[Un]:s.LINEAR_MIPMAP_LINEAR},Le={[If]:s.NEVER,[Rd]:s.ALWAYS,[Df]:s.LESS,[Td]:s.LEQUAL,[Nf]:s.EQUAL,[Ad]:s.GEQUAL,[Uf]:s.GREATER,[kf]:s.NOTEQUAL};function et(A,x){if(x.type===cn&&e.has("OES_texture_float_linear")===!1&&(x.magFilter===Nt||x.magFilter===Fr||x.magFilter===Ds||x.magFilter===Un||x.minFilter===Nt||x.minFilter===Fr||x.minFilter===Ds||x.minFilter===Un)&&Te("WebGLRenderer: Unable to use linear filtering with floating point textures. OES_texture_float_linear not supported on this device."),s.texParameteri(A,s.TEXTURE_WRAP_S,Oe[x.wrapS]),s.texParameteri(A,s.TEXTURE_WRAP_T,Oe[x.wrapT]),(A===s.TEXTURE_3D||A===s.TEXTURE_2D_ARRAY)&&s.texParameteri(A,s.TEXTURE_WRAP_R,Oe[x.wrapR]),s.texParameteri(A,s.TEXTURE_MAG_FILTER,pt[x.magFilter]),s.texParameteri(A,s.TEXTURE_MIN_FILTER,pt[x.minFilter]),x.compareFunction&&(s.texParameteri(A,s.TEXTURE_COMPARE_MODE,s.COMPARE_REF_TO_TEXTURE),s.texParameteri(A,s.TEXTURE_COMPARE_FUNC,Le[x.compareFunction])),e.has("EXT_texture_filter_anisotropic")===!0){if(x.magFilter===St||x.minFilter!==Ds&&x.minFilter!==Un||x.type===cn&&e.has("OES_texture_float_linear")===!1)return;if(x.anisotropy>1||n.get(x).__currentAnisotropy){const F=e.get("EXT_texture_filter_anisotropic");s.texParameterf(A,F.TEXTURE_MAX_ANISOTROPY_EXT,Math.min(x.anisotropy,i.getMaxAnisotropy())),n.get(x).__currentAnisotropy=x.anisotropy}}}function it(A,x){let F=!1;A.__webglInit===void 0&&(A.__webglInit=!0,x.addEventListener("dispose",N),k(x));const ne=x.source;let Q=f.get(ne);Q===void 0&&(Q={},f.set(ne,Q));const ae=j(x);if(ae!==A.__cacheKey){Q[ae]===void 0&&(Q[ae]={texture:s.createTexture(),usedTimes:0},a.memory.textures++,F=!0),Q[ae].usedTimes++;const de=Q[A.__cacheKey];de!==void 0&&(Q[A.__cacheKey].usedTimes--,de.usedTimes===0&&z(x)),A.__cacheKey=ae,A.__webglTexture=Q[ae].texture}return F}function qe(A,x,F){return Math.floor(Math.floor(A/F)/x)}function Lt(A,x,F,ne){const ae=A.updateRanges;if(ae.length===0)t.texSubImage2D(s.TEXTURE_2D,0,0,0,x.width,x.height,F,ne,x.data);else{ae.sort((C,Z)=>C.start-Z.start);let de=0;for(let C=1;C<ae.length;C++){const Z=ae[de],X=ae[C],ce=Z.start+Z.count,re=qe(X.start,x.width,4),oe=qe(Z.start,x.width,4);X.start<=ce+1&&re===oe&&qe(X.start+X.count-1,x.width,4)===re?Z.count=Math.max(Z.count,X.start+X.count-Z.start):(++de,ae[de]=X)}ae.length=de+1;const q=t.getParameter(s.UNPACK_ROW_LENGTH),Y=t.getParameter(s.UNPACK_SKIP_PIXELS),le=t.getParameter(s.UNPACK_SKIP_ROWS);t.pixelStorei(s.UNPACK_ROW_LENGTH,x.width);for(let C=0,Z=ae.length;C<Z;C++){const X=ae[C],ce=Math.floor(X.start/4),re=Math.ceil(X.count/4),oe=ce%x.width,we=Math.floor(ce/x.width),Ge=re,se=1;t.pixelStorei(s.UNPACK_SKIP_PIXELS,oe),t.pixelStorei(s.UNPACK_SKIP_ROWS,we),t.texSubImage2D(s.TEXTURE_2D,0,oe,we,Ge,se,F,ne,x.data)}A.clearUpdateRanges(),t.pixelStorei(s.UNPACK_ROW_LENGTH,q),t.pixelStorei(s.UNPACK_SKIP_PIXELS,Y),t.pixelStorei(s.UNPACK_SKIP_ROWS,le)}}function xt(A,x,F){let ne=s.TEXTURE_2D;(x.isDataArrayTexture||x.isCompressedArrayTexture)&&(ne=s.TEXTURE_2D_ARRAY),x.isData3DTexture&&(ne=s.TEXTURE_3D);const Q=it(A,x),ae=x.source;t.bindTexture(ne,A.__webglTexture,s.TEXTURE0+F);const de=n.get(ae);if(ae.version!==de.__version||Q===!0){if(t.activeTexture(s.TEXTURE0+F),(typeof ImageBitmap<"u"&&x.image instanceof ImageBitmap)===!1){const se=$e.getPrimaries($e.workingColorSpace),Ae=x.colorSpace===ci?null:$e.getPrimaries(x.colorSpace),ze=x.colorSpace===ci||se===Ae?s.NONE:s.BROWSER_DEFAULT_WEBGL;t.pixelStorei(s.UNPACK_FLIP_Y_WEBGL,x.flipY),t.pixelStorei(s.UNPACK_PREMULTIPLY_ALPHA_WEBGL,x.premultiplyAlpha),t.pixelStorei(s.UNPACK_COLORSPACE_CONVERSION_WEBGL,ze)}t.pixelStorei(s.UNPACK_ALIGNMENT,x.unpackAlignment);let Y=y(x.image,!1,i.maxTextureSize);Y=Ce(x,Y);const le=r.convert(x.format,x.colorSpace),C=r.convert(x.type);let Z=w(x.internalFormat,le,C,x.normalized,x.colorSpace,x.isVideoTexture);et(ne,x);let X;const ce=x.mipmaps,re=x.isVideoTexture!==!0,oe=de.__version===void 0||Q===!0,we=ae.dataReady,Ge=b(x,Y);if(x.isDepthTexture)Z=_(x.format===hi,x.type),oe&&(re?t.texStorage2D(s.TEXTURE_2D,1,Z,Y.width,Y.height):t.texImage2D(s.TEXTURE_2D,0,Z,Y.width,Y.height,0,le,C,null));else if(x.isDataTexture)if(ce.length>0){re&&oe&&t.texStorage2D(s.TEXTURE_2D,Ge,Z,ce[0].width,ce[0].height);for(let se=0,Ae=ce.length;se<Ae;se++)X=ce[se],re?we&&t.texSubImage2D(s.TEXTURE_2D,se,0,0,X.width,X.height,le,C,X.data):t.texImage2D(s.TEXTURE_2D,se,Z,X.width,X.height,0,le,C,X.data);x.generateMipmaps=!1}else re?(oe&&t.texStorage2D(s.TEXTURE_2D,Ge,Z,Y.width,Y.height),we&&Lt(x,Y,le,C)):t.texImage2D(s.TEXTURE_2D,0,Z,Y.width,Y.height,0,le,C,Y.data);else if(x.isCompressedTexture)if(x.isCompressedArrayTexture){re&&oe&&t.texStorage3D(s.TEXTURE_2D_ARRAY,Ge,Z,ce[0].width,ce[0].height,Y.depth);for(let se=0,Ae=ce.length;se<Ae;se++)if(X=ce[se],x.format!==vn)if(le!==null)if(re){if(we)if(x.layerUpdates.size>0){const ze=jc(X.width,X.height,x.format,x.type);for(const pe of x.layerUpdates){const tt=X.data.subarray(pe*ze/X.data.BYTES_PER_ELEMENT,(pe+1)*ze/X.data.BYTES_PER_ELEMENT);t.compressedTexSubImage3D(s.TEXTURE_2D_ARRAY,se,0,0,pe,X.width,X.height,1,le,tt)}}else t.compressedTexSubImage3D(s.TEXTURE_2D_ARRAY,se,0,0,0,X.width,X.height,Y.depth,le,X.data)}else t.compressedTexImage3D(s.TEXTURE_2D_ARRAY,se,Z,X.width,X.height,Y.depth,0,X.data,0,0);else Te("WebGLRenderer: Attempt to load unsupported compressed texture format in .uploadTexture()");else re?we&&t.texSubImage3D(s.TEXTURE_2D_ARRAY,se,0,0,0,X.width,X.height,Y.depth,le,C,X.data):t.texImage3D(s.TEXTURE_2D_ARRAY,se,Z,X.width,X.height,Y.depth,0,le,C,X.data);x.layerUpdates.size>0&&x.clearLayerUpdates()}else{re&&oe&&t.texStorage2D(s.TEXTURE_2D,Ge,Z,ce[0].width,ce[0].height);for(let se=0,Ae=ce.length;se<Ae;se++)X=ce[se],x.format!==vn?le!==null?re?we&&t.compressedTexSubImage2D(s.TEXTURE_2D,se,0,0,X.width,X.height,le,X.data):t.compressedTexImage2D(s.TEXTURE_2D,se,Z,X.width,X.height,0,X.data):Te("WebGLRenderer: Attempt to load unsupported compressed texture format in .uploadTexture()"):re?we&&t.texSubImage2D(s.TEXTURE_2D,se,0,0,X.width,X.height,le,C,X.data):t.texImage2D(s.TEXTURE_2D,se,Z,X.width,X.height,0,le,C,X.data)}else if(x.isDataArrayTexture)if(re){if(oe&&t.texStorage3D(s.TEXTURE_2D_ARRAY,Ge,Z,Y.width,Y.height,Y.depth),we)if(x.layerUpdates.size>0){const se=jc(Y.width,Y.height,x.format,x.type);for(const Ae of x.layerUpdates){const ze=Y.data.subarray(Ae*se/Y.data.BYTES_PER_ELEMENT,(Ae+1)*se/Y.data.BYTES_PER_ELEMENT);t.texSubImage3D(s.TEXTURE_2D_ARRAY,0,0,0,Ae,Y.width,Y.height,1,le,C,ze)}x.clearLayerUpdates()}else t.texSubImage3D(s.TEXTURE_2D_ARRAY,0,0,0,0,Y.width,Y.height,Y.depth,le,C,Y.data)}else t.texImage3D(s.TEXTURE_2D_ARRAY,0,Z,Y.width,Y.height,Y.depth,0,le,C,Y.data);else if(x.isData3DTexture)re?(oe&&t.texStorage3D(s.TEXTURE_3D,Ge,Z,Y.width,Y.height,Y.depth),we&&t.texSubImage3D(s.TEXTURE_3D,0,0,0,0,Y.width,Y.height,Y.depth,le,C,Y.data)):t.texImage3D(s.TEXTURE_3D,0,Z,Y.width,Y.height,Y.depth,0,le,C,Y.data);else if(x.isFramebufferTexture){if(oe)if(re)t.texStorage2D(s.TEXTURE_2D,Ge,Z,Y.width,Y.height);else{let se=Y.width,Ae=Y.height;for(let ze=0;ze<Ge;ze++)t.texImage2D(s.TEXTURE_2D,ze,Z,se,Ae,0,le,C,null),se>>=1,Ae>>=1}}else if(x.isHTMLTexture){if("texElementImage2D"in s){const se=s.canvas;if(se.hasAttribute("layoutsubtree")||se.setAttribute("layoutsubtree","true"),Y.parentNode!==se){se.appendChild(Y),d.add(x),se.onpaint=Ae=>{const ze=Ae.changedElements;for(const pe of d)ze.includes(pe.image)&&(pe.needsUpdate=!0)},se.requestPaint();return}if(s.texElementImage2D.length===3)s.texElementImage2D(s.TEXTURE_2D,s.RGBA8,Y);else{const ze=s.RGBA,pe=s.RGBA,tt=s.UNSIGNED_BYTE;s.texElementImage2D(s.TEXTURE_2D,0,ze,pe,tt,Y)}s.texParameteri(s.TEXTURE_2D,s.TEXTURE_MIN_FILTER,s.LINEAR),s.texParameteri(s.TEXTURE_2D,s.TEXTURE_WRAP_S,s.CLAMP_TO_EDGE),s.texParameteri(s.TEXTURE_2D,s.TEXTURE_WRAP_T,s.CLAMP_TO_EDGE)}}else if(ce.length>0){if(re&&oe){const se=Ue(ce[0]);t.texStorage2D(s.TEXTURE_2D,Ge,Z,se.width,se.height)}for(let se=0,Ae=ce.length;se<Ae;se++)X=ce[se],re?we&&t.texSubImage2D(s.TEXTURE_2D,se,0,0,le,C,X):t.texImage2D(s.TEXTURE_2D,se,Z,le,C,X);x.generateMipmaps=!1}else if(re){if(oe){const se=Ue(Y);t.texStorage2D(s.TEXTURE_2D,Ge,Z,se.width,se.height)}we&&t.texSubImage2D(s.TEXTURE_2D,0,0,0,le,C,Y)}else t.texImage2D(s.TEXTURE_2D,0,Z,le,C,Y);T(x)&&x.mipmapsAutoUpdate===!0&&S(ne),de.__version=ae.version,x.onUpdate&&x.onUpdate(x)}A.__version=x.version}function $t(A,x,F){if(x.image.length!==6)return;const ne=it(A,x),Q=x.source;t.bindTexture(s.TEXTURE_CUBE_MAP,A.__webglTexture,s.TEXTURE0+F);const ae=n.get(Q);if(Q.version!==ae.__version||ne===!0){t.activeTexture(s.TEXTURE0+F);const de=$e.getPrimaries($e.workingColorSpace),q=x.colorSpace===ci?null:$e.getPrimaries(x.colorSpace),Y=x.colorSpace===ci||de===q?s.NONE:s.BROWSER_DEFAULT_WEBGL;t.pixelStorei(s.UNPACK_FLIP_Y_WEBGL,x.flipY),t.pixelStorei(s.UNPACK_PREMULTIPLY_ALPHA_WEBGL,x.premultiplyAlpha),t.pixelStorei(s.UNPACK_ALIGNMENT,x.unpackAlignment),t.pixelStorei(s.UNPACK_COLORSPACE_CONVERSION_WEBGL,Y);const le=x.isCompressedTexture||x.image[0].isCompressedTexture,C=x.image[0]&&x.image[0].isDataTexture,Z=[];for(let pe=0;pe<6;pe++)!le&&!C?Z[pe]=y(x.image[pe],!0,i.maxCubemapSize):Z[pe]=C?x.image[pe].image:x.image[pe],Z[pe]=Ce(x,Z[pe]);const X=Z[0],ce=r.convert(x.format,x.colorSpace),re=r.convert(x.type);let oe=w(x.internalFormat,ce,re,x.normalized,x.colorSpace);const we=x.isVideoTexture!==!0,Ge=ae.__version===void 0||ne===!0,se=Q.dataReady;let Ae=b(x,X);et(s.TEXTURE_CUBE_MAP,x);let ze;if(x.isDepthTexture){if(oe=_(x.format===hi,x.type),Ge)if(we)t.texStorage2D(s.TEXTURE_CUBE_MAP,1,oe,X.width,X.height);else for(let pe=0;pe<6;pe++)t.texImage2D(s.TEXTURE_CUBE_MAP_POSITIVE_X+pe,0,oe,X.width,X.height,0,ce,re,null)}else if(le){we&&Ge&&t.texStorage2D(s.TEXTURE_CUBE_MAP,Ae,oe,X.width,X.height);for(let pe=0;pe<6;pe++){ze=Z[pe].mipmaps;for(let tt=0;tt<ze.length;tt++){const At=ze[tt];x.format!==vn?ce!==null?we?se&&t.compressedTexSubImage2D(s.TEXTURE_CUBE_MAP_POSITIVE_X+pe,tt,0,0,At.width,At.height,ce,At.data):t.compressedTexImage2D(s.TEXTURE_CUBE_MAP_POSITIVE_X+pe,tt,oe,At.width,At.height,0,At.data):Te("WebGLRenderer: Attempt to load unsupported compressed texture format in .setTextureCube()"):we?se&&t.texSubImage2D(s.TEXTURE_CUBE_MAP_POSITIVE_X+pe,tt,0,0,At.width,At.height,ce,re,At.data):t.texImage2D(s.TEXTURE_CUBE_MAP_POSITIVE_X+pe,tt,oe,At.width,At.height,0,ce,re,At.data)}}}else{if(ze=x.mipmaps,we&&Ge){ze.length>0&&Ae++;const pe=Ue(Z[0]);t.texStorage2D(s.TEXTURE_CUBE_MAP,Ae,oe,pe.width,pe.height)}for(let pe=0;pe<6;pe++)if(C){we?se&&t.texSubImage2D(s.TEXTURE_CUBE_MAP_POSITIVE_X+pe,0,0,0,Z[pe].width,Z[pe].height,ce,re,Z[pe].data):t.texImage2D(s.TEXTURE_CUBE_MAP_POSITIVE_X+pe,0,oe,Z[pe].width,Z[pe].height,0,ce,re,Z[pe].data);for(let tt=0;tt<ze.length;tt++){const Qn=ze[tt].image[pe].image;we?se&&t.texSubImage2D(s.TEXTURE_CUBE_MAP_POSITIVE_X+pe,tt+1,0,0,Qn.width,Qn.height,ce,re,Qn.data):t.texImage2D(s.TEXTURE_CUBE_MAP_POSITIVE_X+pe,tt+1,oe,Qn.width,Qn.height,0,ce,re,Qn.data)}}else{we?se&&t.texSubImage2D(s.TEXTURE_CUBE_MAP_POSITIVE_X+pe,0,0,0,ce,re,Z[pe]):t.texImage2D(s.TEXTURE_CUBE_MAP_POSITIVE_X+pe,0,oe,ce,re,Z[pe]);for(let tt=0;tt<ze.length;tt++){const At=ze[tt];we?se&&t.texSubImage2D(s.TEXTURE_CUBE_MAP_POSITIVE_X+pe,tt+1,0,0,ce,re,At.image[pe]):t.texImage2D(s.TEXTURE_CUBE_MAP_POSITIVE_X+pe,tt+1,oe,ce,re,At.image[pe])}}}T(x)&&x.mipmapsAutoUpdate===!0&&S(s.TEXTURE_CUBE_MAP),ae.__version=Q.version,x.onUpdate&&x.onUpdate(x)}A.__version=x.version}function ht(A,x,F,ne,Q,ae){const de=r.convert(F.format,F.colorSpace),q=r.convert(F.type),Y=w(F.internalFormat,de,q,F.normalized,F.colorSpace),le=n.get(x),C=n.get(F);if(C.__renderTarget=x,!le.__hasExternalTextures){const Z=Math.max(1,x.width>>ae),X=Math.max(1,x.height>>ae);Q===s.TEXTURE_3D||Q===s.TEXTURE_2D_ARRAY?t.texImage3D(Q,ae,Y,Z,X,x.depth,0,de,q,null):t.texImage2D(Q,ae,Y,Z,X,0,de,q,null)}t.bindFramebuffer(s.FRAMEBUFFER,A),fe(x)?o.framebufferTexture2DMultisampleEXT(s.FRAMEBUFFER,ne,Q,C.__webglTexture,0,ct(x)):(Q===s.TEXTURE_2D||Q>=s.TEXTURE_CUBE_MAP_POSITIVE_X&&Q<=s.TEXTURE_CUBE_MAP_NEGATIVE_Z)&&s.framebufferTexture2D(s.FRAMEBUFFER,ne,Q,C.__webglTexture,ae),t.bindFramebuffer(s.FRAMEBUFFER,null)}function Tn(A,x,F){if(s.bindRenderbuffer(s.RENDERBUFFER,A),x.depthBuffer){const ne=x.depthTexture,Q=ne&&ne.isDepthTexture?ne.type:null,ae=_(x.stencilBuffer,Q),de=x.stencilBuffer?s.DEPTH_STENCIL_ATTACHMENT:s.DEPTH_ATTACHMENT;fe(x)?o.renderbufferStorageMultisampleEXT(s.RENDERBUFFER,ct(x),ae,x.width,x.height):F?s.renderbufferStorageMultisample(s.RENDERBUFFER,ct(x),ae,x.width,x.height):s.renderbufferStorage(s.RENDERBUFFER,ae,x.width,x.height),s.framebufferRenderbuffer(s.FRAMEBUFFER,de,s.RENDERBUFFER,A)}else{const ne=x.textures;for(let Q=0;Q<ne.length;Q++){const ae=ne[Q],de=r.convert(ae.format,ae.colorSpace),q=r.convert(ae.type),Y=w(ae.internalFormat,de,q,ae.normalized,ae.colorSpace);fe(x)?o.renderbufferStorageMultisampleEXT(s.RENDERBUFFER,ct(x),Y,x.width,x.height):F?s.renderbufferStorageMultisample(s.RENDERBUFFER,ct(x),Y,x.width,x.height):s.renderbufferStorage(s.RENDERBUFFER,Y,x.width,x.height)}}s.bindRenderbuffer(s.RENDERBUFFER,null)}function Tt(A,x,F){const ne=x.isWebGLCubeRenderTarget===!0;if(t.bindFramebuffer(s.FRAMEBUFFER,A),!(x.depthTexture&&x.depthTexture.isDepthTexture))throw new Error("THREE.WebGLTextures: renderTarget.depthTexture must be an instance of THREE.DepthTexture.");const Q=n.get(x.depthTexture);Q.__renderTarget=x;const ae=ne?x.depthTexture.image[0]:x.depthTexture.image;(!Q.__webglTexture||ae.width!==x.width||ae.height!==x.height)&&(ae.width=x.width,ae.height=x.height,x.depthTexture.needsUpdate=!0),ne?_e(x.depthTexture,0):ge(x.depthTexture,0);const de=Q.__webglTexture,q=ct(x),Y=ne?s.TEXTURE_CUBE_MAP_POSITIVE_X+F:s.TEXTURE_2D,le=x.depthTexture.format===hi?s.DEPTH_STENCIL_ATTACHMENT:s.DEPTH_ATTACHMENT;if(x.depthTexture.format===pi)fe(x)?o.framebufferTexture2DMultisampleEXT(s.FRAMEBUFFER,le,Y,de,0,q):s.framebufferTexture2D(s.FRAMEBUFFER,le,Y,de,0);else if(x.depthTexture.format===hi)fe(x)?o.framebufferTexture2DMultisampleEXT(s.FRAMEBUFFER,le,Y,de,0,q):s.framebufferTexture2D(s.FRAMEBUFFER,le,Y,de,0);else throw new Error("THREE.WebGLTextures: Unknown depthTexture format.")}function tn(A){const x=n.get(A),F=A.isWebGLCubeRenderTarget===!0;if(x.__boundDepthTexture!==A.depthTexture){const ne=A.depthTexture;if(x.__depthDisposeCallback&&x.__depthDisposeCallback(),ne){const Q=()=>{delete x.__boundDepthTexture,delete x.__depthDisposeCallback,ne.removeEventListener("dispose",Q)};ne.addEventListener("dispose",Q),x.__depthDisposeCallback=Q}x.__boundDepthTexture=ne}if(A.depthTexture&&!x.__autoAllocateDepthBuffer)if(F)for(let ne=0;ne<6;ne++)Tt(x.__webglFramebuffer[ne],A,ne);else A.texture.mipmaps.length>0?Tt(x.__webglFramebuffer[0],A,0):Tt(x.__webglFramebuffer,A,0);else if(F){x.__webglDepthbuffer=[];for(let ne=0;ne<6;ne++)if(t.bindFramebuffer(s.FRAMEBUFFER,x.__webglFramebuffer[ne]),x.__webglDepthbuffer[ne]===void 0)x.__webglDepthbuffer[ne]=s.createRenderbuffer(),Tn(x.__webglDepthbuffer[ne],A,!1);else{const Q=A.stencilBuffer?s.DEPTH_STENCIL_ATTACHMENT:s.DEPTH_ATTACHMENT,ae=x.__webglDepthbuffer[ne];s.bindRenderbuffer(s.RENDERBUFFER,ae),s.framebufferRenderbuffer(s.FRAMEBUFFER,Q,s.RENDERBUFFER,ae)}}else if(A.texture.mipmaps.length>0?t.bindFramebuffer(s.FRAMEBUFFER,x.__webglFramebuffer[0]):t.bindFramebuffer(s.FRAMEBUFFER,x.__webglFramebuffer),x.__webglDepthbuffer===void 0)x.__webglDepthbuffer=s.createRenderbuffer(),Tn(x.__webglDepthbuffer,A,!1);else{const Q=A.stencilBuffer?s.DEPTH_STENCIL_ATTACHMENT:s.DEPTH_ATTACHMENT,ae=x.__webglDepthbuffer;s.bindRenderbuffer(s.RENDERBUFFER,ae),s.framebufferRenderbuffer(s.FRAMEBUFFER,Q,s.RENDERBUFFER,ae)}t.bindFramebuffer(s.FRAMEBUFFER,null)}function nn(A,x,F){const ne=n.get(A);x!==void 0&&ht(ne.__webglFramebuffer,A,A.texture,s.COLOR_ATTACHMENT0,s.TEXTURE_2D,0),F!==void 0&&tn(A)}function sn(A){const x=A.texture,F=n.get(A),ne=n.get(x);A.addEventListener("dispose",G),k(A);const Q=A.textures,ae=A.isWebGLCubeRenderTarget===!0,de=Q.length>1;if(de||(ne.__webglTexture===void 0&&(ne.__webglTexture=s.createTexture()),ne.__version=x.version,a.memory.textures++),ae){F.__webglFramebuffer=[];for(let q=0;q<6;q++)if(x.mipmaps.length>0){F.__webglFramebuffer[q]=[];for(let Y=0;Y<x.mipmaps.length;Y++)F.__webglFramebuffer[q][Y]=s.createFramebuffer()}else F.__webglFramebuffer[q]=s.createFramebuffer()}else{if(x.mipmaps.length>0){F.__webglFramebuffer=[];for(let q=0;q<x.mipmaps.length;q++)F.__webglFramebuffer[q]=s.createFramebuffer()}else F.__webglFramebuffer=s.createFramebuffer();if(de)for(let q=0,Y=Q.length;q<Y;q++){const le=n.get(Q[q]);le.__webglTexture===void 0&&(le.__webglTexture=s.createTexture(),a.memory.textures++)}if(A.samples>0&&fe(A)===!1){F.__webglMultisampledFramebuffer=s.createFramebuffer(),F.__webglColorRenderbuffer=[],t.bindFramebuffer(s.FRAMEBUFFER,F.__webglMultisampledFramebuffer);for(let q=0;q<Q.length;q++){const Y=Q[q];F.__webglColorRenderbuffer[q]=s.createRenderbuffer(),s.bindRenderbuffer(s.RENDERBUFFER,F.__webglColorRenderbuffer[q]);const le=r.convert(Y.format,Y.colorSpace),C=r.convert(Y.type),Z=w(Y.internalFormat,le,C,Y.normalized,Y.colorSpace,A.isXRRenderTarget===!0),X=ct(A);s.renderbufferStorageMultisample(s.RENDERBUFFER,X,Z,A.width,A.height),s.framebufferRenderbuffer(s.FRAMEBUFFER,s.COLOR_ATTACHMENT0+q,s.RENDERBUFFER,F.__webglColorRenderbuffer[q])}s.bindRenderbuffer(s.RENDERBUFFER,null),A.depthBuffer&&(F.__webglDepthRenderbuffer=s.createRenderbuffer(),Tn(F.__webglDepthRenderbuffer,A,!0)),t.bindFramebuffer(s.FRAMEBUFFER,null)}}if(ae){t.bindTexture(s.TEXTURE_CUBE_MAP,ne.__webglTexture),et(s.TEXTURE_CUBE_MAP,x);for(let q=0;q<6;q++)if(x.mipmaps.length>0)for(let Y=0;Y<x.mipmaps.length;Y++)ht(F.__webglFramebuffer[q][Y],A,x,s.COLOR_ATTACHMENT0,s.TEXTURE_CUBE_MAP_POSITIVE_X+q,Y);else ht(F.__webglFramebuffer[q],A,x,s.COLOR_ATTACHMENT0,s.TEXTURE_CUBE_MAP_POSITIVE_X+q,0);T(x)?S(s.TEXTURE_CUBE_MAP):x.mipmaps.length>0&&s.texParameteri(s.TEXTURE_CUBE_MAP,s.TEXTURE_MAX_LEVEL,x.mipmaps.length-1),t.unbindTexture()}else if(de){for(let q=0,Y=Q.length;q<Y;q++){const le=Q[q],C=n.get(le);let Z=s.TEXTURE_2D;(A.isWebGL3DRenderTarget||A.isWebGLArrayRenderTarget)&&(Z=A.isWebGL3DRenderTarget?s.TEXTURE_3D:s.TEXTURE_2D_ARRAY),t.bindTexture(Z,C.__webglTexture),et(Z,le),ht(F.__webglFramebuffer,A,le,s.COLOR_ATTACHMENT0+q,Z,0),T(le)&&S(Z)}t.unbindTexture()}else{let q=s.TEXTURE_2D;if((A.isWebGL3DRenderTarget||A.isWebGLArrayRenderTarget)&&(q=A.isWebGL3DRenderTarget?s.TEXTURE_3D:s.TEXTURE_2D_ARRAY),t.bindTexture(q,ne.__webglTexture),et(q,x),x.mipmaps.length>0)for(let Y=0;Y<x.mipmaps.length;Y++)ht(F.__webglFramebuffer[Y],A,x,s.COLOR_ATTACHMENT0,q,Y);else ht(F.__webglFramebuffer,A,x,s.COLOR_ATTACHMENT0,q,0);T(x)?S(q):x.mipmaps.length>0&&s.texParameteri(q,s.TEXTURE_MAX_LEVEL,x.mipmaps.length-1),t.unbindTexture()}A.depthBuffer&&tn(A)}function D(A){const x=A.textures;for(let F=0,ne=x.length;F<ne;F++){const Q=x[F];if(T(Q)&&Q.mipmapsAutoUpdate===!0){const ae=R(A),de=n.get(Q).__webglTexture;t.bindTexture(ae,de),S(ae),t.unbindTexture()}}}const rn=[];function lt(A){if(A.samples>0){if(fe(A)===!1){const x=A.textures,F=A.width,ne=A.height;let Q=s.COLOR_BUFFER_BIT;const ae=A.stencilBuffer?s.DEPTH_STENCIL_ATTACHMENT:s.DEPTH_ATTACHMENT,de=n.get(A),q=x.length>1;if(q)for(let le=0;le<x.length;le++)t.bindFramebuffer(s.FRAMEBUFFER,de.__webglMultisampledFramebuffer),s.framebufferRenderbuffer(s.FRAMEBUFFER,s.COLOR_ATTACHMENT0+le,s.RENDERBUFFER,null),t.bindFramebuffer(s.FRAMEBUFFER,de.__webglFramebuffer),s.framebufferTexture2D(s.DRAW_FRAMEBUFFER,s.COLOR_ATTACHMENT0+le,s.TEXTURE_2D,null,0);t.bindFramebuffer(s.READ_FRAMEBUFFER,de.__webglMultisampledFramebuffer),A.texture.mipmaps.length>0?t.bindFramebuffer(s.DRAW_FRAMEBUFFER,de.__webglFramebuffer[0]):t.bindFramebuffer(s.DRAW_FRAMEBUFFER,de.__webglFramebuffer);for(let le=0;le<x.length;le++){if(A.resolveDepthBuffer&&(A.depthBuffer&&(Q|=s.DEPTH_BUFFER_BIT),A.stencilBuffer&&A.resolveStencilBuffer&&(Q|=s.STENCIL_BUFFER_BIT)),q){s.framebufferRenderbuffer(s.READ_FRAMEBUFFER,s.COLOR_ATTACHMENT0,s.RENDERBUFFER,de.__webglColorRenderbuffer[le]);const C=n.get(x[le]).__webglTexture;s.framebufferTexture2D(s.DRAW_FRAMEBUFFER,s.COLOR_ATTACHMENT0,s.TEXTURE_2D,C,0)}s.blitFramebuffer(0,0,F,ne,0,0,F,ne,Q,s.NEAREST),l===!0&&(rn.length=0,rn.push(s.COLOR_ATTACHMENT0+le),A.depthBuffer&&A.storeMultisampledDepthBuffer===!1&&rn.push(ae),s.invalidateFramebuffer(s.READ_FRAMEBUFFER,rn))}if(t.bindFramebuffer(s.READ_FRAMEBUFFER,null),t.bindFramebuffer(s.DRAW_FRAMEBUFFER,null),q)for(let le=0;le<x.length;le++){t.bindFramebuffer(s.FRAMEBUFFER,de.__webglMultisampledFramebuffer),s.framebufferRenderbuffer(s.FRAMEBUFFER,s.COLOR_ATTACHMENT0+le,s.RENDERBUFFER,de.__webglColorRenderbuffer[le]);const C=n.get(x[le]).__webglTexture;t.bindFramebuffer(s.FRAMEBUFFER,de.__webglFramebuffer),s.framebufferTexture2D(s.DRAW_FRAMEBUFFER,s.COLOR_ATTACHMENT0+le,s.TEXTURE_2D,C,0)}t.bindFramebuffer(s.DRAW_FRAMEBUFFER,de.__webglMultisampledFramebuffer)}else if(A.depthBuffer&&A.storeMultisampledDepthBuffer===!1&&l){const x=A.stencilBuffer?s.DEPTH_STENCIL_ATTACHMENT:s.DEPTH_ATTACHMENT;s.invalidateFramebuffer(s.DRAW_FRAMEBUFFER,[x])}}}function ct(A){return Math.min(i.maxSamples,A.samples)}function fe(A){const x=n.get(A);return A.samples>0&&e.has("WEBGL_multisampled_render_to_texture")===!0&&x.__useRenderToTexture!==!1}function yt(A){const x=a.render.frame;h.get(A)!==x&&(h.set(A,x),A.update())}function Ce(A,x){const F=A.colorSpace,ne=A.format,Q=A.type;return A.isCompressedTexture===!0||A.isVideoTexture===!0||F!==Qt&&F!==ci&&($e.getTransfer(F)===nt?(ne!==vn||Q!==jt)&&Te("WebGLTextures: sRGB encoded textures have to use RGBAFormat and UnsignedByteType."):Ne("WebGLTextures: Unsupported texture color space:",F)),x}function Ue(A){return typeof HTMLImageElement<"u"&&A instanceof HTMLImageElement?(c.width=A.naturalWidth||A.width,c.height=A.naturalHeight||A.height):typeof VideoFrame<"u"&&A instanceof VideoFrame?(c.width=A.displayWidth,c.height=A.displayHeight):(c.width=A.width,c.height=A.height),c}this.allocateTextureUnit=Pe,this.resetTextureUnits=K,this.getTextureUnits=ee,this.setTextureUnits=xe,this.setTexture2D=ge,this.setTexture2DArray=Me,this.setTexture3D=Re,this.setTextureCube=_e,this.rebindTextures=nn,this.setupRenderTarget=sn,this.updateRenderTargetMipmap=D,this.updateMultisampleRenderTarget=lt,this.setupDepthRenderbuffer=tn,this.setupFrameBufferTexture=ht,this.useMultisampledRTT=fe,this.dispose=W}function sx(s,e){function t(n,i=ci){let r;const a=$e.getTransfer(i);if(n===jt)return s.UNSIGNED_BYTE;if(n===ul)return s.UNSIGNED_SHORT_4_4_4_4;if(n===fl)return s.UNSIGNED_SHORT_5_5_5_1;if(n===Md)return s.UNSIGNED_INT_5_9_9_9_REV;if(n===Sd)return s.UNSIGNED_INT_10F_11F_11F_REV;if(n===xd)return s.BYTE;if(n===yd)return s.SHORT;if(n===Ws)return s.UNSIGNED_SHORT;if(n===dl)return s.INT;if(n===On)return s.UNSIGNED_INT;if(n===cn)return s.FLOAT;if(n===Fn)return s.HALF_FLOAT;if(n===bd)return s.ALPHA;if(n===Ed)return s.RGB;if(n===vn)return s.RGBA;if(n===pi)return s.DEPTH_COMPONENT;if(n===hi)return s.DEPTH_STENCIL;if(n===pl)return s.RED;if(n===ml)return s.RED_INTEGER;if(n===wi)return s.RG;if(n===gl)return s.RG_INTEGER;if(n===_l)return s.RGBA_INTEGER;if(n===Br||n===zr||n===Hr||n===Gr)if(a===nt)if(r=e.get("WEBGL_compressed_texture_s3tc_srgb"),r!==null){if(n===Br)return r.COMPRESSED_SRGB_S3TC_DXT1_EXT;if(n===zr)return r.COMPRESSED_SRGB_ALPHA_S3TC_DXT1_EXT;if(n===Hr)return r.COMPRESSED_SRGB_ALPHA_S3TC_DXT3_EXT;if(n===Gr)return r.COMPRESSED_SRGB_ALPHA_S3TC_DXT5_EXT}else return null;else if(r=e.get("WEBGL_compressed_texture_s3tc"),r!==null){if(n===Br)return r.COMPRESSED_RGB_S3TC_DXT1_EXT;if(n===zr)return r.COMPRESSED_RGBA_S3TC_DXT1_EXT;if(n===Hr)return r.COMPRESSED_RGBA_S3TC_DXT3_EXT;if(n===Gr)return r.COMPRESSED_RGBA_S3TC_DXT5_EXT}else return null;if(n===go||n===_o||n===vo||n===xo)if(r=e.get("WEBGL_compressed_texture_pvrtc"),r!==null){if(n===go)return r.COMPRESSED_RGB_PVRTC_4BPPV1_IMG;if(n===_o)return r.COMPRESSED_RGB_PVRTC_2BPPV1_IMG;if(n===vo)return r.COMPRESSED_RGBA_PVRTC_4BPPV1_IMG;if(n===xo)return r.COMPRESSED_RGBA_PVRTC_2BPPV1_IMG}else return null;if(n===yo||n===Mo||n===So||n===bo||n===Eo||n===qr||n===wo)if(r=e.get("WEBGL_compressed_texture_etc"),r!==null){if(n===yo||n===Mo)return a===nt?r.COMPRESSED_SRGB8_ETC2:r.COMPRESSED_RGB8_ETC2;if(n===So)return a===nt?r.COMPRESSED_SRGB8_ALPHA8_ETC2_EAC:r.COMPRESSED_RGBA8_ETC2_EAC;if(n===bo)return r.COMPRESSED_R11_EAC;if(n===Eo)return r.COMPRESSED_SIGNED_R11_EAC;if(n===qr)return r.COMPRESSED_RG11_EAC;if(n===wo)return r.COMPRESSED_SIGNED_RG11_EAC}else return null;if(n===To||n===Ao||n===Ro||n===Co||n===Lo||n===Po||n===Io||n===Do||n===No||n===Uo||n===ko||n===Oo||n===Fo||n===Bo)if(r=e.get("WEBGL_compressed_texture_astc"),r!==null){if(n===To)return a===nt?r.COMPRESSED_SRGB8_ALPHA8_ASTC_4x4_KHR:r.COMPRESSED_RGBA_ASTC_4x4_KHR;if(n===Ao)return a===nt?r.COMPRESSED_SRGB8_ALPHA8_ASTC_5x4_KHR:r.COMPRESSED_RGBA_ASTC_5x4_KHR;if(n===Ro)return a===nt?r.COMPRESSED_SRGB8_ALPHA8_ASTC_5x5_KHR:r.COMPRESSED_RGBA_ASTC_5x5_KHR;if(n===Co)return a===nt?r.COMPRESSED_SRGB8_ALPHA8_ASTC_6x5_KHR:r.COMPRESSED_RGBA_ASTC_6x5_KHR;if(n===Lo)return a===nt?r.COMPRESSED_SRGB8_ALPHA8_ASTC_6x6_KHR:r.COMPRESSED_RGBA_ASTC_6x6_KHR;if(n===Po)return a===nt?r.COMPRESSED_SRGB8_ALPHA8_ASTC_8x5_KHR:r.COMPRESSED_RGBA_ASTC_8x5_KHR;if(n===Io)return a===nt?r.COMPRESSED_SRGB8_ALPHA8_ASTC_8x6_KHR:r.COMPRESSED_RGBA_ASTC_8x6_KHR;if(n===Do)return a===nt?r.COMPRESSED_SRGB8_ALPHA8_ASTC_8x8_KHR:r.COMPRESSED_RGBA_ASTC_8x8_KHR;if(n===No)return a===nt?r.COMPRESSED_SRGB8_ALPHA8_ASTC_10x5_KHR:r.COMPRESSED_RGBA_ASTC_10x5_KHR;if(n===Uo)return a===nt?r.COMPRESSED_SRGB8_ALPHA8_ASTC_10x6_KHR:r.COMPRESSED_RGBA_ASTC_10x6_KHR;if(n===ko)return a===nt?r.COMPRESSED_SRGB8_ALPHA8_ASTC_10x8_KHR:r.COMPRESSED_RGBA_ASTC_10x8_KHR;if(n===Oo)return a===nt?r.COMPRESSED_SRGB8_ALPHA8_ASTC_10x10_KHR:r.COMPRESSED_RGBA_ASTC_10x10_KHR;if(n===Fo)return a===nt?r.COMPRESSED_SRGB8_ALPHA8_ASTC_12x10_KHR:r.COMPRESSED_RGBA_ASTC_12x10_KHR;if(n===Bo)return a===nt?r.COMPRESSED_SRGB8_ALPHA8_ASTC_12x12_KHR:r.COMPRESSED_RGBA_ASTC_12x12_KHR}else return null;if(n===zo||n===Ho||n===Go)if(r=e.get("EXT_texture_compression_bptc"),r!==null){if(n===zo)return a===nt?r.COMPRESSED_SRGB_ALPHA_BPTC_UNORM_EXT:r.COMPRESSED_RGBA_BPTC_UNORM_EXT;if(n===Ho)return r.COMPRESSED_RGB_BPTC_SIGNED_FLOAT_EXT;if(n===Go)return r.COMPRESSED_RGB_BPTC_UNSIGNED_FLOAT_EXT}else return null;if(n===Vo||n===Wo||n===Kr||n===Xo)if(r=e.get("EXT_texture_compression_rgtc"),r!==null){if(n===Vo)return r.COMPRESSED_RED_RGTC1_EXT;if(n===Wo)return r.COMPRESSED_SIGNED_RED_RGTC1_EXT;if(n===Kr)return r.COMPRESSED_RED_GREEN_RGTC2_EXT;if(n===Xo)return r.COMPRESSED_SIGNED_RED_GREEN_RGTC2_EXT}else return null;return n===is?s.UNSIGNED_INT_24_8:s[n]!==void 0?s[n]:null}return{convert:t}}const rx=`
void main() {

	gl_Position = vec4( position, 1.0 );

}`,ax=`
uniform sampler2DArray depthColor;
uniform float depthWidth;
uniform float depthHeight;

void main() {

	vec2 coord = vec2( gl_FragCoord.x / depthWidth, gl_FragCoord.y / depthHeight );

	if ( coord.x >= 1.0 ) {

		gl_FragDepth = texture( depthColor, vec3( coord.x - 1.0, coord.y, 1 ) ).r;

	} else {

		gl_FragDepth = texture( depthColor, vec3( coord.x, coord.y, 0 ) ).r;

	}

}`;class ox{constructor(){this.texture=null,this.mesh=null,this.depthNear=0,this.depthFar=0}init(e,t){if(this.texture===null){const n=new Xd(e.texture);(e.depthNear!==t.depthNear||e.depthFar!==t.depthFar)&&(this.depthNear=e.depthNear,this.depthFar=e.depthFar),this.texture=n}}getMesh(e){if(this.texture!==null&&this.mesh===null){const t=e.cameras[0].viewport,n=new Ti({vertexShader:rx,fragmentShader:ax,uniforms:{depthColor:{value:this.texture},depthWidth:{value:t.z},depthHeight:{value:t.w}}});this.mesh=new ut(new ra(20,20),n)}return this.mesh}reset(){this.texture=null,this.mesh=null}getDepthTexture(){return this.texture}}class lx extends Jn{constructor(e,t){super();const n=this;let i=null,r=1,a=null,o="local-floor",l=1,c=null,h=null,d=null,u=null,f=null,p=null;const v=typeof XRWebGLBinding<"u",m=new ox,g={},y=t.getContextAttributes();let T=null,S=null;const R=[],w=[],_=new De;let b=null,k=null;const P=new Bt;P.viewport=new at;const N=new Bt;N.viewport=new at;const G=[P,N],$=new am;let I=null,W=null;this.cameraAutoUpdate=!0,this.enabled=!1,this.isPresenting=!1,this.getController=function(j){let ge=R[j];return ge===void 0&&(ge=new Ma,R[j]=ge),ge.getTargetRaySpace()},this.getControllerGrip=function(j){let ge=R[j];return ge===void 0&&(ge=new Ma,R[j]=ge),ge.getGripSpace()},this.getHand=function(j){let ge=R[j];return ge===void 0&&(ge=new Ma,R[j]=ge),ge.getHandSpace()};function J(j){const ge=w.indexOf(j.inputSource);if(ge===-1)return;const Me=R[ge];Me!==void 0&&(Me.update(j.inputSource,j.frame,c||a),Me.dispatchEvent({type:j.type,data:j.inputSource}))}function z(){i.removeEventListener("select",J),i.removeEventListener("selectstart",J),i.removeEventListener("selectend",J),i.removeEventListener("squeeze",J),i.removeEventListener("squeezestart",J),i.removeEventListener("squeezeend",J),i.removeEventListener("end",z),i.removeEventListener("inputsourceschange",te);for(let j=0;j<R.length;j++){const ge=w[j];ge!==null&&(w[j]=null,R[j].disconnect(ge))}I=null,W=null,m.reset();for(const j in g)delete g[j];if(e.setRenderTarget(T),f=null,u=null,d=null,i=null,S=null,Pe.stop(),n.isPresenting=!1,e.setPixelRatio(b),e.setSize(_.width,_.height,!1),k!==null){const j=k.camera;j.fov=k.fov,j.zoom=k.zoom,j.updateProjectionMatrix(),k=null}n.dispatchEvent({type:"sessionend"})}this.setFramebufferScaleFactor=function(j){r=j,n.isPresenting===!0&&Te("WebXRManager: Cannot change framebuffer scale while presenting.")},this.setReferenceSpaceType=function(j){o=j,n.isPresenting===!0&&Te("WebXRManager: Cannot change reference space type while presenting.")},this.getReferenceSpace=function(){return c||a},this.setReferenceSpace=function(j){c=j},this.getBaseLayer=function(){return u!==null?u:f},this.getBinding=function(){return d===null&&v&&(d=new XRWebGLBinding(i,t)),d},this.getFrame=function(){return p},this.getSession=function(){return i},this.setSession=async function(j){if(i=j,i!==null){if(T=e.getRenderTarget(),i.addEventListener("select",J),i.addEventListener("selectstart",J),i.addEventListener("selectend",J),i.addEventListener("squeeze",J),i.addEventListener("squeezestart",J),i.addEventListener("squeezeend",J),i.addEventListener("end",z),i.addEventListener("inputsourceschange",te),y.xrCompatible!==!0&&await t.makeXRCompatible(),b=e.getPixelRatio(),e.getSize(_),v&&"createProjectionLayer"in XRWebGLBinding.prototype){let Me=null,Re=null,_e=null;y.depth&&(_e=y.stencil?t.DEPTH24_STENCIL8:t.DEPTH_COMPONENT24,Me=y.stencil?hi:pi,Re=y.stencil?is:On);const Oe={colorFormat:t.RGBA8,depthFormat:_e,scaleFactor:r};d=this.getBinding(),u=d.createProjectionLayer(Oe),i.updateRenderState({layers:[u]}),e.setPixelRatio(1),e.setSize(u.textureWidth,u.textureHeight,!1),S=new kn(u.textureWidth,u.textureHeight,{format:vn,type:jt,depthTexture:new rs(u.textureWidth,u.textureHeight,Re,void 0,void 0,void 0,void 0,void 0,void 0,Me),stencilBuffer:y.stencil,colorSpace:e.outputColorSpace,samples:y.antialias?4:0,resolveDepthBuffer:u.ignoreDepthValues===!1,resolveStencilBuffer:u.ignoreDepthValues===!1,storeMultisampledDepthBuffer:u.ignoreDepthValues===!1,storeMultisampledStencilBuffer:u.ignoreDepthValues===!1})}else{const Me={antialias:y.antialias,alpha:!0,depth:y.depth,stencil:y.stencil,framebufferScaleFactor:r};f=new XRWebGLLayer(i,t,Me),i.updateRenderState({baseLayer:f}),e.setPixelRatio(1),e.setSize(f.framebufferWidth,f.framebufferHeight,!1),S=new kn(f.framebufferWidth,f.framebufferHeight,{format:vn,type:jt,colorSpace:e.outputColorSpace,stencilBuffer:y.stencil,resolveDepthBuffer:f.ignoreDepthValues===!1,resolveStencilBuffer:f.ignoreDepthValues===!1,storeMultisampledDepthBuffer:f.ignoreDepthValues===!1,storeMultisampledStencilBuffer:f.ignoreDepthValues===!1})}S.isXRRenderTarget=!0,this.setFoveation(l),c=null,a=await i.requestReferenceSpace(o),Pe.setContext(i),Pe.start(),n.isPresenting=!0,n.dispatchEvent({type:"sessionstart"})}},this.getEnvironmentBlendMode=function(){if(i!==null)return i.environmentBlendMode},this.getDepthTexture=function(){return m.getDepthTexture()};function te(j){for(let ge=0;ge<j.removed.length;ge++){const Me=j.removed[ge],Re=w.indexOf(Me);Re>=0&&(w[Re]=null,R[Re].disconnect(Me))}for(let ge=0;ge<j.added.length;ge++){const Me=j.added[ge];let Re=w.indexOf(Me);if(Re===-1){for(let Oe=0;Oe<R.length;Oe++)if(Oe>=w.length){w.push(Me),Re=Oe;break}else if(w[Oe]===null){w[Oe]=Me,Re=Oe;break}if(Re===-1)break}const _e=R[Re];_e&&_e.connect(Me)}}function H(j,ge){ge===null?j.matrixWorld.copy(j.matrix):j.matrixWorld.multiplyMatrices(ge.matrixWorld,j.matrix),j.matrixWorldInverse.copy(j.matrixWorld).invert()}this.updateCamera=function(j){if(i===null)return;let ge=j.near,Me=j.far;m.texture!==null&&(m.depthNear>0&&(ge=m.depthNear),m.depthFar>0&&(Me=m.depthFar)),$.near=N.near=P.near=ge,$.far=N.far=P.far=Me,(I!==$.near||W!==$.far)&&(i.updateRenderState({depthNear:$.near,depthFar:$.far}),I=$.near,W=$.far),$.layers.mask=j.layers.mask|6,P.layers.mask=$.layers.mask&-5,N.layers.mask=$.layers.mask&-3;const Re=j.parent,_e=$.cameras;H($,Re);for(let Oe=0;Oe<_e.length;Oe++)H(_e[Oe],Re);$.projectionMatrix.copy(P.projectionMatrix),$.projectionMatrixInverse.copy(P.projectionMatrixInverse),k===null&&j.isPerspectiveCamera&&(k={camera:j,fov:j.fov,zoom:j.zoom}),K(j,$,Re)};function K(j,ge,Me){Me===null?j.matrix.copy(ge.matrixWorld):(j.matrix.copy(Me.matrixWorld),j.matrix.invert(),j.matrix.multiply(ge.matrixWorld)),j.matrix.decompose(j.position,j.quaternion,j.scale),j.updateMatrixWorld(!0),j.projectionMatrix.copy(ge.projectionMatrix),j.projectionMatrixInverse.copy(ge.projectionMatrixInverse),j.isPerspectiveCamera&&(j.fov=ss*2*Math.atan(1/j.projectionMatrix.elements[5]),j.zoom=1)}this.getCamera=function(){return $},this.getFoveation=function(){if(!(u===null&&f===null))return l},this.setFoveation=function(j){l=j,u!==null&&(u.fixedFoveation=j),f!==null&&f.fixedFoveation!==void 0&&(f.fixedFoveation=j)},this.hasDepthSensing=function(){return m.texture!==null},this.getDepthSensingMesh=function(){return m.getMesh($)},this.getCameraTexture=function(j){return g[j]};let ee=null;function xe(j,ge){if(h=ge.getViewerPose(c||a),p=ge,h!==null){const Me=h.views;f!==null&&(e.setRenderTargetFramebuffer(S,f.framebuffer),e.setRenderTarget(S));let Re=!1;Me.length!==$.cameras.length&&($.cameras.length=0,Re=!0);for(let Le=0;Le<Me.length;Le++){const et=Me[Le];let it=null;if(f!==null)it=f.getViewport(et);else{const Lt=d.getViewSubImage(u,et);it=Lt.viewport,Le===0&&(e.setRenderTargetTextures(S,Lt.colorTexture,Lt.depthStencilTexture),e.setRenderTarget(S))}let qe=G[Le];qe===void 0&&(qe=new Bt,qe.layers.enable(Le),qe.viewport=new at,G[Le]=qe),qe.matrix.fromArray(et.transform.matrix),qe.matrix.decompose(qe.position,qe.quaternion,qe.scale),qe.projectionMatrix.fromArray(et.projectionMatrix),qe.projectionMatrixInverse.copy(qe.projectionMatrix).invert(),qe.viewport.set(it.x,it.y,it.width,it.height),Le===0&&($.matrix.copy(qe.matrix),$.matrix.decompose($.position,$.quaternion,$.scale)),Re===!0&&$.cameras.push(qe)}const _e=i.enabledFeatures;if(_e&&_e.includes("depth-sensing")&&i.depthUsage=="gpu-optimized"&&v){d=n.getBinding();const Le=d.getDepthInformation(Me[0]);Le&&Le.isValid&&Le.texture&&m.init(Le,i.renderState)}if(_e&&_e.includes("camera-access")&&v){e.state.unbindTexture(),d=n.getBinding();for(let Le=0;Le<Me.length;Le++){const et=Me[Le].camera;if(et){let it=g[et];it||(it=new Xd,g[et]=it);const qe=d.getCameraImage(et);it.sourceTexture=qe}}}}for(let Me=0;Me<R.length;Me++){const Re=w[Me],_e=R[Me];Re!==null&&_e!==void 0&&_e.update(Re,ge,c||a)}ee&&ee(j,ge),ge.detectedPlanes&&n.dispatchEvent({type:"planesdetected",data:ge}),p=null}const Pe=new eu;Pe.setAnimationLoop(xe),this.setAnimationLoop=function(j){ee=j},this.dispose=function(){}}}const cx=new He,hu=new Fe;hu.set(-1,0,0,0,1,0,0,0,1);function hx(s,e){function t(m,g){m.matrixAutoUpdate===!0&&m.updateMatrix(),g.value.copy(m.matrix)}function n(m,g){g.color.getRGB(m.fogColor.value,$d(s)),g.isFog?(m.fogNear.value=g.near,m.fogFar.value=g.far):g.isFogExp2&&(m.fogDensity.value=g.density)}function i(m,g,y,T,S){g.isNodeMaterial?g.uniformsNeedUpdate=!1:g.isMeshBasicMaterial?r(m,g):g.isMeshLambertMaterial?(r(m,g),g.envMap&&(m.envMapIntensity.value=g.envMapIntensity)):g.isMeshToonMaterial?(r(m,g),d(m,g)):g.isMeshPhongMaterial?(r(m,g),h(m,g),g.envMap&&(m.envMapIntensity.value=g.envMapIntensity)):g.isMeshStandardMaterial?(r(m,g),u(m,g),g.isMeshPhysicalMaterial&&f(m,g,S)):g.isMeshMatcapMaterial?(r(m,g),p(m,g)):g.isMeshDepthMaterial?r(m,g):g.isMeshDistanceMaterial?(r(m,g),v(m,g)):g.isMeshNormalMaterial?r(m,g):g.isLineBasicMaterial?(a(m,g),g.isLineDashedMaterial&&o(m,g)):g.isPointsMaterial?l(m,g,y,T):g.isSpriteMaterial?c(m,g):g.isShadowMaterial?(m.color.value.copy(g.color),m.opacity.value=g.opacity):g.isShaderMaterial&&(g.uniformsNeedUpdate=!1)}function r(m,g){m.opacity.value=g.opacity,g.color&&m.diffuse.value.copy(g.color),g.emissive&&m.emissive.value.copy(g.emissive).multiplyScalar(g.emissiveIntensity),g.map&&(m.map.value=g.map,t(g.map,m.mapTransform)),g.alphaMap&&(m.alphaMap.value=g.alphaMap,t(g.alphaMap,m.alphaMapTransform)),g.bumpMap&&(m.bumpMap.value=g.bumpMap,t(g.bumpMap,m.bumpMapTransform),m.bumpScale.value=g.bumpScale,g.side===Xt&&(m.bumpScale.value*=-1)),g.normalMap&&(m.normalMap.value=g.normalMap,t(g.normalMap,m.normalMapTransform),m.normalScale.value.copy(g.normalScale),g.side===Xt&&m.normalScale.value.negate()),g.displacementMap&&(m.displacementMap.value=g.displacementMap,t(g.displacementMap,m.displacementMapTransform),m.displacementScale.value=g.displacementScale,m.displacementBias.value=g.displacementBias),g.emissiveMap&&(m.emissiveMap.value=g.emissiveMap,t(g.emissiveMap,m.emissiveMapTransform)),g.specularMap&&(m.specularMap.value=g.specularMap,t(g.specularMap,m.specularMapTransform)),g.alphaTest>0&&(m.alphaTest.value=g.alphaTest);const y=e.get(g),T=y.envMap,S=y.envMapRotation;T&&(m.envMap.value=T,m.envMapRotation.value.setFromMatrix4(cx.makeRotationFromEuler(S)).transpose(),T.isCubeTexture&&T.isRenderTargetTexture===!1&&m.envMapRotation.value.premultiply(hu),m.reflectivity.value=g.reflectivity,m.ior.value=g.ior,m.refractionRatio.value=g.refractionRatio),g.lightMap&&(m.lightMap.value=g.lightMap,m.lightMapIntensity.value=g.lightMapIntensity,t(g.lightMap,m.lightMapTransform)),g.aoMap&&(m.aoMap.value=g.aoMap,m.aoMapIntensity.value=g.aoMapIntensity,t(g.aoMap,m.aoMapTransform))}function a(m,g){m.diffuse.value.copy(g.color),m.opacity.value=g.opacity,g.map&&(m.map.value=g.map,t(g.map,m.mapTransform))}function o(m,g){m.dashSize.value=g.dashSize,m.totalSize.value=g.dashSize+g.gapSize,m.scale.value=g.scale}function l(m,g,y,T){m.diffuse.value.copy(g.color),m.opacity.value=g.opacity,m.size.value=g.size*y,m.scale.value=T*.5,g.map&&(m.map.value=g.map,t(g.map,m.uvTransform)),g.alphaMap&&(m.alphaMap.value=g.alphaMap,t(g.alphaMap,m.alphaMapTransform)),g.alphaTest>0&&(m.alphaTest.value=g.alphaTest)}function c(m,g){m.diffuse.value.copy(g.color),m.opacity.value=g.opacity,m.rotation.value=g.rotation,g.map&&(m.map.value=g.map,t(g.map,m.mapTransform)),g.alphaMap&&(m.alphaMap.value=g.alphaMap,t(g.alphaMap,m.alphaMapTransform)),g.alphaTest>0&&(m.alphaTest.value=g.alphaTest)}function h(m,g){m.specular.value.copy(g.specular),m.shininess.value=Math.max(g.shininess,1e-4)}function d(m,g){g.gradientMap&&(m.gradientMap.value=g.gradientMap)}function u(m,g){m.metalness.value=g.metalness,g.metalnessMap&&(m.metalnessMap.value=g.metalnessMap,t(g.metalnessMap,m.metalnessMapTransform)),m.roughness.value=g.roughness,g.roughnessMap&&(m.roughnessMap.value=g.roughnessMap,t(g.roughnessMap,m.roughnessMapTransform)),g.envMap&&(m.envMapIntensity.value=g.envMapIntensity)}function f(m,g,y){m.ior.value=g.ior,g.diffuseRoughness>0&&(m.diffuseRoughness.value=g.diffuseRoughness,g.diffuseRoughnessMap&&(m.diffuseRoughnessMap.value=g.diffuseRoughnessMap,t(g.diffuseRoughnessMap,m.diffuseRoughnessMapTransform))),g.sheen>0&&(m.sheenColor.value.copy(g.sheenColor).multiplyScalar(g.sheen),m.sheenRoughness.value=g.sheenRoughness,g.sheenColorMap&&(m.sheenColorMap.value=g.sheenColorMap,t(g.sheenColorMap,m.sheenColorMapTransform)),g.sheenRoughnessMap&&(m.sheenRoughnessMap.value=g.sheenRoughnessMap,t(g.sheenRoughnessMap,m.sheenRoughnessMapTransform))),g.clearcoat>0&&(m.clearcoat.value=g.clearcoat,m.clearcoatRoughness.value=g.clearcoatRoughness,g.clearcoatMap&&(m.clearcoatMap.value=g.clearcoatMap,t(g.clearcoatMap,m.clearcoatMapTransform)),g.clearcoatRoughnessMap&&(m.clearcoatRoughnessMap.value=g.clearcoatRoughnessMap,t(g.clearcoatRoughnessMap,m.clearcoatRoughnessMapTransform)),g.clearcoatNormalMap&&(m.clearcoatNormalMap.value=g.clearcoatNormalMap,t(g.clearcoatNormalMap,m.clearcoatNormalMapTransform),m.clearcoatNormalScale.value.copy(g.clearcoatNormalScale),g.side===Xt&&m.clearcoatNormalScale.value.negate())),g.dispersion>0&&(m.dispersion.value=g.dispersion),g.retroreflectivity>0&&(m.retroreflectivity.value=g.retroreflectivity),g.iridescence>0&&(m.iridescence.value=g.iridescence,m.iridescenceIOR.value=g.iridescenceIOR,m.iridescenceThicknessMinimum.value=g.iridescenceThicknessMinimum,m.iridescenceThicknessMaximum.value=g.iridescenceThicknessMaximum,g.iridescenceMap&&(m.iridescenceMap.value=g.iridescenceMap,t(g.iridescenceMap,m.iridescenceMapTransform)),g.iridescenceThicknessMap&&(m.iridescenceThicknessMap.value=g.iridescenceThicknessMap,t(g.iridescenceThicknessMap,m.iridescenceThicknessMapTransform))),g.transmission>0&&(m.transmission.value=g.transmission,m.transmissionSamplerMap.value=y.texture,m.transmissionSamplerSize.value.set(y.width,y.height),g.transmissionMap&&(m.transmissionMap.value=g.transmissionMap,t(g.transmissionMap,m.transmissionMapTransform)),m.thickness.value=g.thickness,g.thicknessMap&&(m.thicknessMap.value=g.thicknessMap,t(g.thicknessMap,m.thicknessMapTransform)),m.attenuationDistance.value=g.attenuationDistance,m.attenuationColor.value.copy(g.attenuationColor)),g.anisotropy>0&&(m.anisotropyVector.value.set(g.anisotropy*Math.cos(g.anisotropyRotation),g.anisotropy*Math.sin(g.anisotropyRotation)),g.anisotropyMap&&(m.anisotropyMap.value=g.anisotropyMap,t(g.anisotropyMap,m.anisotropyMapTransform))),m.specularIntensity.value=g.specularIntensity,m.specularColor.value.copy(g.specularColor),g.specularColorMap&&(m.specularColorMap.value=g.specularColorMap,t(g.specularColorMap,m.specularColorMapTransform)),g.specularIntensityMap&&(m.specularIntensityMap.value=g.specularIntensityMap,t(g.specularIntensityMap,m.specularIntensityMapTransform))}function p(m,g){g.matcap&&(m.matcap.value=g.matcap)}function v(m,g){const y=e.get(g).light;m.referencePosition.value.setFromMatrixPosition(y.matrixWorld),m.nearDistance.value=y.shadow.camera.near,m.farDistance.value=y.shadow.camera.far}return{refreshFogUniforms:n,refreshMaterialUniforms:i}}function dx(s,e,t,n){let i={},r={};function a(y,T){const S=T.program;n.uniformBlockBinding(y,S,i[y.id])}function o(y,T){let S=i[y.id];S===void 0&&(p(y),S=l(y),i[y.id]=S,y.addEventListener("dispose",m));const R=T.program;n.updateUBOMapping(y,R);const w=e.render.frame;r[y.id]!==w&&(c(y),r[y.id]=w)}function l(y){const T=s.createBuffer(),S=y.__size,R=y.usage;return s.bindBuffer(s.UNIFORM_BUFFER,T),s.bufferData(s.UNIFORM_BUFFER,S,R),s.bindBuffer(s.UNIFORM_BUFFER,null),T}function c(y){const T=i[y.id],S=y.uniforms,R=y.__cache;s.bindBuffer(s.UNIFORM_BUFFER,T);for(let w=0,_=S.length;w<_;w++){const b=S[w];if(Array.isArray(b))for(let k=0,P=b.length;k<P;k++)h(b[k],w,k,R);else h(b,w,0,R)}s.bindBuffer(s.UNIFORM_BUFFER,null)}function h(y,T,S,R){if(u(y,T,S,R)===!0){const w=y.__offset,_=y.value;if(Array.isArray(_)){let b=0;for(let k=0;k<_.length;k++){const P=_[k],N=v(P,!0);d(P,y.__data,b),b+=N.storage/Float32Array.BYTES_PER_ELEMENT}}else d(_,y.__data,0);s.bufferSubData(s.UNIFORM_BUFFER,w,y.__data)}}function d(y,T,S){typeof y=="number"||typeof y=="boolean"?T[S]=y:y.isMatrix3?(T[S]=y.elements[0],T[S+1]=y.elements[1],T[S+2]=y.elements[2],T[S+3]=0,T[S+4]=y.elements[3],T[S+5]=y.elements[4],T[S+6]=y.elements[5],T[S+7]=0,T[S+8]=y.elements[6],T[S+9]=y.elements[7],T[S+10]=y.elements[8],T[S+11]=0):ArrayBuffer.isView(y)?T.set(y.subarray(0,T.length-S),S):y.toArray(T,S)}function u(y,T,S,R){const w=y.value,_=T+"_"+S;if(Array.isArray(w)){R[_]===void 0&&(R[_]=[]);const b=R[_];let k=!1;for(let P=0;P<w.length;P++)f(w[P],b,P)===!0&&(k=!0);return k}return f(w,R,_)}function f(y,T,S){if(T[S]===void 0)return typeof y=="number"||typeof y=="boolean"?T[S]=y:ArrayBuffer.isView(y)?T[S]=y.slice():T[S]=y.clone(),!0;{const R=T[S];if(typeof y=="number"||typeof y=="boolean"){if(R!==y)return T[S]=y,!0}else{if(ArrayBuffer.isView(y))return!0;if(R.equals(y)===!1)return R.copy(y),!0}}return!1}function p(y){const T=y.uniforms;let S=0;const R=16;for(let _=0,b=T.length;_<b;_++){const k=Array.isArray(T[_])?T[_]:[T[_]];for(let P=0,N=k.length;P<N;P++){const G=k[P],$=Array.isArray(G.value)?G.value:[G.value],I=Array.isArray(T[_])||Array.isArray(G.value);let W=S;for(let z=0,te=$.length;z<te;z++){const H=$[z],K=v(H,I),ee=S%R,xe=ee%K.boundary,Pe=ee+xe;S+=xe,Pe!==0&&R-Pe<K.storage&&(S+=R-Pe),z===0&&(W=S),S+=K.storage}const J=G.type==="int"?Int32Array:G.type==="uint"?Uint32Array:Float32Array;G.__data=new J((S-W)/Float32Array.BYTES_PER_ELEMENT),G.__offset=W}}const w=S%R;return w>0&&(S+=R-w),y.__size=S,y.__cache={},this}function v(y,T){const S={boundary:0,storage:0};return typeof y=="number"||typeof y=="boolean"?(S.boundary=4,S.storage=4):y.isVector2?(S.boundary=8,S.storage=8):y.isVector3||y.isColor?(S.boundary=16,S.storage=12):y.isVector4?(S.boundary=16,S.storage=16):y.isMatrix3?(S.boundary=16,S.storage=48):y.isMatrix4?(S.boundary=16,S.storage=64):y.isTexture?Te("WebGLRenderer: Texture samplers can not be part of an uniforms group."):ArrayBuffer.isView(y)?(S.boundary=16,S.storage=y.byteLength):Te("WebGLRenderer: Unsupported uniform value type.",y),T===!0&&(S.boundary=16,S.storage=Math.ceil(S.storage/16)*16),S}function m(y){const T=y.target;T.removeEventListener("dispose",m),s.deleteBuffer(i[T.id]),delete i[T.id],delete r[T.id]}function g(){for(const y in i)s.deleteBuffer(i[y]);i={},r={}}return{bind:a,update:o,dispose:g}}const ux=new Uint16Array([12469,15057,12620,14925,13266,14620,13807,14376,14323,13990,14545,13625,14713,13328,14840,12882,14931,12528,14996,12233,15039,11829,15066,11525,15080,11295,15085,10976,15082,10705,15073,10495,13880,14564,13898,14542,13977,14430,14158,14124,14393,13732,14556,13410,14702,12996,14814,12596,14891,12291,14937,11834,14957,11489,14958,11194,14943,10803,14921,10506,14893,10278,14858,9960,14484,14039,14487,14025,14499,13941,14524,13740,14574,13468,14654,13106,14743,12678,14818,12344,14867,11893,14889,11509,14893,11180,14881,10751,14852,10428,14812,10128,14765,9754,14712,9466,14764,13480,14764,13475,14766,13440,14766,13347,14769,13070,14786,12713,14816,12387,14844,11957,14860,11549,14868,11215,14855,10751,14825,10403,14782,10044,14729,9651,14666,9352,14599,9029,14967,12835,14966,12831,14963,12804,14954,12723,14936,12564,14917,12347,14900,11958,14886,11569,14878,11247,14859,10765,14828,10401,14784,10011,14727,9600,14660,9289,14586,8893,14508,8533,15111,12234,15110,12234,15104,12216,15092,12156,15067,12010,15028,11776,14981,11500,14942,11205,14902,10752,14861,10393,14812,9991,14752,9570,14682,9252,14603,8808,14519,8445,14431,8145,15209,11449,15208,11451,15202,11451,15190,11438,15163,11384,15117,11274,15055,10979,14994,10648,14932,10343,14871,9936,14803,9532,14729,9218,14645,8742,14556,8381,14461,8020,14365,7603,15273,10603,15272,10607,15267,10619,15256,10631,15231,10614,15182,10535,15118,10389,15042,10167,14963,9787,14883,9447,14800,9115,14710,8665,14615,8318,14514,7911,14411,7507,14279,7198,15314,9675,15313,9683,15309,9712,15298,9759,15277,9797,15229,9773,15166,9668,15084,9487,14995,9274,14898,8910,14800,8539,14697,8234,14590,7790,14479,7409,14367,7067,14178,6621,15337,8619,15337,8631,15333,8677,15325,8769,15305,8871,15264,8940,15202,8909,15119,8775,15022,8565,14916,8328,14804,8009,14688,7614,14569,7287,14448,6888,14321,6483,14088,6171,15350,7402,15350,7419,15347,7480,15340,7613,15322,7804,15287,7973,15229,8057,15148,8012,15046,7846,14933,7611,14810,7357,14682,7069,14552,6656,14421,6316,14251,5948,14007,5528,15356,5942,15356,5977,15353,6119,15348,6294,15332,6551,15302,6824,15249,7044,15171,7122,15070,7050,14949,6861,14818,6611,14679,6349,14538,6067,14398,5651,14189,5311,13935,4958,15359,4123,15359,4153,15356,4296,15353,4646,15338,5160,15311,5508,15263,5829,15188,6042,15088,6094,14966,6001,14826,5796,14678,5543,14527,5287,14377,4985,14133,4586,13869,4257,15360,1563,15360,1642,15358,2076,15354,2636,15341,3350,15317,4019,15273,4429,15203,4732,15105,4911,14981,4932,14836,4818,14679,4621,14517,4386,14359,4156,14083,3795,13808,3437,15360,122,15360,137,15358,285,15355,636,15344,1274,15322,2177,15281,2765,15215,3223,15120,3451,14995,3569,14846,3567,14681,3466,14511,3305,14344,3121,14037,2800,13753,2467,15360,0,15360,1,15359,21,15355,89,15346,253,15325,479,15287,796,15225,1148,15133,1492,15008,1749,14856,1882,14685,1886,14506,1783,14324,1608,13996,1398,13702,1183]);let Cn=null;function fx(){return Cn===null&&(Cn=new El(ux,16,16,wi,Fn),Cn.name="DFG_LUT",Cn.minFilter=Nt,Cn.magFilter=Nt,Cn.wrapS=Nn,Cn.wrapT=Nn,Cn.generateMipmaps=!1,Cn.needsUpdate=!0),Cn}class px{constructor(e={}){const{canvas:t=Bf(),context:n=null,depth:i=!0,stencil:r=!1,alpha:a=!1,antialias:o=!1,premultipliedAlpha:l=!0,preserveDrawingBuffer:c=!1,powerPreference:h="default",failIfMajorPerformanceCaveat:d=!1,reversedDepthBuffer:u=!1,outputBufferType:f=jt}=e;this.isWebGLRenderer=!0;let p;if(n!==null){if(typeof WebGLRenderingContext<"u"&&n instanceof WebGLRenderingContext)throw new Error("THREE.WebGLRenderer: WebGL 1 is not supported since r163.");p=n.getContextAttributes().alpha}else p=a;const v=f,m=new Set([_l,gl,ml]),g=new Set([jt,On,Ws,is,ul,fl]),y=new Uint32Array(4),T=new Int32Array(4),S={textures:[],min:[],max:[],resolution:[]};let R=null,w=null;const _=[],b=[];let k=null;this.domElement=t,this.debug={checkShaderErrors:!0,diagnostics:{keywords:!1},onShaderError:null},this.autoClear=!0,this.autoClearColor=!0,this.autoClearDepth=!0,this.autoClearStencil=!0,this.sortObjects=!0,this.clippingPlanes=[],this.localClippingEnabled=!1,this.toneMapping=jn,this.toneMappingExposure=1,this.transmissionResolutionScale=1;const P=this;let N=!1,G=null,$=null,I=null,W=null;this._outputColorSpace=It;let J=0,z=0,te=null,H=-1,K=null;const ee=new at,xe=new at;let Pe=null;const j=new Ie(0);let ge=0,Me=t.width,Re=t.height,_e=1,Oe=null,pt=null;const Le=new at(0,0,Me,Re),et=new at(0,0,Me,Re);let it=!1;const qe=new Ys,Lt=new Tl;let xt=!1,$t=!1;const ht=new He,Tn=new U,Tt=new at,tn={background:null,fog:null,environment:null,overrideMaterial:null,isScene:!0};let nn=!1;function sn(){return te===null?_e:1}let D=n;function rn(M,L){return t.getContext(M,L)}let lt,ct,fe,yt,Ce,Ue,A,x,F,ne,Q,ae,de,q,Y,le,C,Z,X,ce,re,oe,we;try{const M={alpha:!0,depth:i,stencil:r,antialias:o,premultipliedAlpha:l,preserveDrawingBuffer:c,powerPreference:h,failIfMajorPerformanceCaveat:d};if("setAttribute"in t&&t.setAttribute("data-engine",`three.js r${ll}`),t.addEventListener("webglcontextlost",Ae,!1),t.addEventListener("webglcontextrestored",ze,!1),t.addEventListener("webglcontextcreationerror",pe,!1),D===null){const L="webgl2";if(D=rn(L,M),D===null)throw rn(L)?new Error("THREE.WebGLRenderer: Error creating WebGL context with your selected attributes."):new Error("THREE.WebGLRenderer: Error creating WebGL context.")}Ge()}catch(M){throw t.removeEventListener("webglcontextlost",Ae,!1),t.removeEventListener("webglcontextrestored",ze,!1),t.removeEventListener("webglcontextcreationerror",pe,!1),Ne("WebGLRenderer: "+M.message),M}function Ge(){lt=new _0(D),lt.init(),re=new sx(D,lt),ct=new a0(D,lt,e,re),fe=new nx(D,lt),ct.reversedDepthBuffer&&u&&fe.buffers.depth.setReversed(!0),$=D.createFramebuffer(),I=D.createFramebuffer(),W=D.createFramebuffer(),yt=new y0(D),Ce=new Gv,Ue=new ix(D,lt,fe,Ce,ct,re,yt),A=new g0(P),x=new Sm(D),oe=new s0(D,x),F=new v0(D,x,yt,oe),ne=new S0(D,F,x,oe,yt),Z=new M0(D,ct,Ue),Y=new o0(Ce),Q=new Hv(P,A,lt,ct,oe,Y),ae=new hx(P,Ce),de=new Wv,q=new jv(lt),C=new i0(P,A,fe,ne,p,l),le=new tx(P,ne,ct),we=new dx(D,yt,ct,fe),X=new r0(D,lt,yt),ce=new x0(D,lt,yt),yt.programs=Q.programs,P.capabilities=ct,P.extensions=lt,P.properties=Ce,P.renderLists=de,P.shadowMap=le,P.state=fe,P.info=yt}v!==jt&&(k=new E0(v,t.width,t.height,o,i,r));const se=new lx(P,D);this.xr=se,this.getContext=function(){return D},this.getContextAttributes=function(){return D.getContextAttributes()},this.forceContextLoss=function(){const M=lt.get("WEBGL_lose_context");M&&M.loseContext()},this.forceContextRestore=function(){const M=lt.get("WEBGL_lose_context");M&&M.restoreContext()},this.getPixelRatio=function(){return _e},this.setPixelRatio=function(M){M!==void 0&&(_e=M,this.setSize(Me,Re,!1))},this.getSize=function(M){return M.set(Me,Re)},this.setSize=function(M,L,V=!0){if(se.isPresenting){Te("WebGLRenderer: Can't change size while VR device is presenting.");return}Me=M,Re=L,t.width=Math.floor(M*_e),t.height=Math.floor(L*_e),V===!0&&(t.style.width=M+"px",t.style.height=L+"px"),k!==null&&k.setSize(t.width,t.height),this.setViewport(0,0,M,L)},this.getDrawingBufferSize=function(M){return M.set(Me*_e,Re*_e).floor()},this.setDrawingBufferSize=function(M,L,V){Me=M,Re=L,_e=V,t.width=Math.floor(M*V),t.height=Math.floor(L*V),this.setViewport(0,0,M,L)},this.setEffects=function(M){if(v===jt){Ne("WebGLRenderer: setEffects() requires outputBufferType set to HalfFloatType or FloatType.");return}if(M){for(let L=0;L<M.length;L++)if(M[L].isOutputPass===!0){Te("WebGLRenderer: OutputPass is not needed in setEffects(). Tone mapping and color space conversion are applied automatically.");break}}k.setEffects(M||[])},this.getCurrentViewport=function(M){return M.copy(ee)},this.getViewport=function(M){return M.copy(Le)},this.setViewport=function(M,L,V,O){M.isVector4?Le.set(M.x,M.y,M.z,M.w):Le.set(M,L,V,O),fe.viewport(ee.copy(Le).multiplyScalar(sn()).round())},this.getScissor=function(M){return M.copy(et)},this.setScissor=function(M,L,V,O){M.isVector4?et.set(M.x,M.y,M.z,M.w):et.set(M,L,V,O),fe.scissor(xe.copy(et).multiplyScalar(sn()).round())},this.getScissorTest=function(){return it},this.setScissorTest=function(M){fe.setScissorTest(it=M)},this.setOpaqueSort=function(M){Oe=M},this.setTransparentSort=function(M){pt=M},this.getClearColor=function(M){return M.copy(C.getClearColor())},this.setClearColor=function(){C.setClearColor(...arguments)},this.getClearAlpha=function(){return C.getClearAlpha()},this.setClearAlpha=function(){C.setClearAlpha(...arguments)},this.clear=function(M=!0,L=!0,V=!0){let O=0;if(M){let B=!1;if(te!==null){const ue=te.texture.format;B=m.has(ue)}if(B){const ue=te.texture.type,ye=g.has(ue),he=C.getClearColor(),ve=C.getClearAlpha(),Ee=he.r,ke=he.g,Ke=he.b;ye?(y[0]=Ee,y[1]=ke,y[2]=Ke,y[3]=ve,D.clearBufferuiv(D.COLOR,0,y)):(T[0]=Ee,T[1]=ke,T[2]=Ke,T[3]=ve,D.clearBufferiv(D.COLOR,0,T))}else O|=D.COLOR_BUFFER_BIT}L&&(O|=D.DEPTH_BUFFER_BIT,this.state.buffers.depth.setMask(!0)),V&&(O|=D.STENCIL_BUFFER_BIT,this.state.buffers.stencil.setMask(4294967295)),O!==0&&D.clear(O)},this.clearColor=function(){this.clear(!0,!1,!1)},this.clearDepth=function(){this.clear(!1,!0,!1)},this.clearStencil=function(){this.clear(!1,!1,!0)},this.setNodesHandler=function(M){M.setRenderer(this),G=M},this.dispose=function(){t.removeEventListener("webglcontextlost",Ae,!1),t.removeEventListener("webglcontextrestored",ze,!1),t.removeEventListener("webglcontextcreationerror",pe,!1),C.dispose(),de.dispose(),q.dispose(),Ue.dispose(),Ce.dispose(),A.dispose(),ne.dispose(),F.dispose(),oe.dispose(),we.dispose(),Q.dispose(),se.dispose(),se.removeEventListener("sessionstart",$l),se.removeEventListener("sessionend",ql),mi.stop()};function Ae(M){M.preventDefault(),Jr("WebGLRenderer: Context Lost."),N=!0}function ze(){Jr("WebGLRenderer: Context Restored."),N=!1;const M=yt.autoReset,L=le.enabled,V=le.autoUpdate,O=le.needsUpdate,B=le.type;Ge(),yt.autoReset=M,le.enabled=L,le.autoUpdate=V,le.needsUpdate=O,le.type=B}function pe(M){Ne("WebGLRenderer: A WebGL context could not be created. Reason: ",M.statusMessage)}function tt(M){const L=M.target;L.removeEventListener("dispose",tt),At(L)}function At(M){Qn(M),Ce.remove(M)}function Qn(M){const L=Ce.get(M).programs;L!==void 0&&(L.forEach(function(V){Q.releaseProgram(V)}),M.isShaderMaterial&&Q.releaseShaderCache(M))}this.renderBufferDirect=function(M,L,V,O,B,ue){L===null&&(L=tn);const ye=B.isMesh&&B.matrixWorld.determinantAffine()<0,he=Ku(M,L,V,O,B);fe.setMaterial(O,ye);let ve=V.index,Ee=1;if(O.wireframe===!0){if(ve=F.getWireframeAttribute(V),ve===void 0)return;Ee=2}const ke=V.drawRange,Ke=V.attributes.position;let Se=ke.start*Ee,Ye=(ke.start+ke.count)*Ee;ue!==null&&(Se=Math.max(Se,ue.start*Ee),Ye=Math.min(Ye,(ue.start+ue.count)*Ee)),ve!==null?(Se=Math.max(Se,0),Ye=Math.min(Ye,ve.count)):Ke!=null&&(Se=Math.max(Se,0),Ye=Math.min(Ye,Ke.count));const mt=Ye-Se;if(mt<0||mt===1/0)return;oe.setup(B,O,he,V,ve);let rt,st=X;if(ve!==null&&(rt=x.get(ve),st=ce,st.setIndex(rt)),B.isMesh)O.wireframe===!0?(fe.setLineWidth(O.wireframeLinewidth*sn()),st.setMode(D.LINES)):st.setMode(D.TRIANGLES);else if(B.isLine){let Ut=O.linewidth;Ut===void 0&&(Ut=1),fe.setLineWidth(Ut*sn()),B.isLineSegments?st.setMode(D.LINES):B.isLineLoop?st.setMode(D.LINE_LOOP):st.setMode(D.LINE_STRIP)}else B.isPoints?st.setMode(D.POINTS):B.isSprite&&st.setMode(D.TRIANGLES);if(B.isBatchedMesh)if(lt.get("WEBGL_multi_draw"))st.renderMultiDraw(B._multiDrawStarts,B._multiDrawCounts,B._multiDrawCount);else{const Ut=B._multiDrawStarts,be=B._multiDrawCounts,zt=B._multiDrawCount,Ze=ve?x.get(ve).bytesPerElement:1,gi=Ce.get(O).currentProgram.getUniforms();for(let kt=0;kt<zt;kt++)gi.setValue(D,"_gl_DrawID",kt),st.render(Ut[kt]/Ze,be[kt])}else if(B.isInstancedMesh)st.renderInstances(Se,mt,B.count);else if(V.isInstancedBufferGeometry){const Ut=V._maxInstanceCount!==void 0?V._maxInstanceCount:1/0,be=Math.min(V.instanceCount,Ut);st.renderInstances(Se,mt,be)}else st.render(Se,mt)};function Xl(M,L,V,O){G!==null&&M.isNodeMaterial&&G.setObject(O,M),xt===!0&&Y.setState(M,V,!1),M.transparent===!0&&M.side===Dn&&M.forceSinglePass===!1?(M.side=Xt,M.needsUpdate=!0,ps(M,L,O),M.side=fi,M.needsUpdate=!0,ps(M,L,O),M.side=Dn):ps(M,L,O)}this.compile=function(M,L,V=null){V===null&&(V=M),G!==null&&G.renderStart(M,L,V),w=q.get(V),w.init(L),b.push(w),V.traverseVisible(function(B){B.isLight&&B.layers.test(L.layers)&&(w.pushLight(B),B.castShadow&&w.pushShadow(B))}),M!==V&&M.traverseVisible(function(B){B.isLight&&B.layers.test(L.layers)&&(w.pushLight(B),B.castShadow&&w.pushShadow(B))}),w.setupLights(),G!==null&&G.updateLights(w.state.lightsArray),$t=this.localClippingEnabled,xt=Y.init(this.clippingPlanes,$t),xt===!0&&Y.setGlobalState(this.clippingPlanes,L),G!==null&&le.render(w.state.shadowsArray,V,L);const O=new Set;return M.traverse(function(B){if(!(B.isMesh||B.isPoints||B.isLine||B.isSprite))return;const ue=B.material;if(ue)if(Array.isArray(ue))for(let ye=0;ye<ue.length;ye++){const he=ue[ye];Xl(he,V,L,B),O.add(he)}else Xl(ue,V,L,B),O.add(ue)}),w=b.pop(),G!==null&&G.renderEnd(),O},this.compileAsync=function(M,L,V=null){const O=this.compile(M,L,V);return new Promise(B=>{function ue(){if(O.forEach(function(ye){const ve=Ce.get(ye).currentProgram;(ve===void 0||ve.isReady())&&O.delete(ye)}),O.size===0){B(M);return}setTimeout(ue,10)}lt.get("KHR_parallel_shader_compile")!==null?ue():setTimeout(ue,10)})};let ca=null;function $u(M){ca&&ca(M)}function $l(){mi.stop()}function ql(){mi.start()}const mi=new eu;mi.setAnimationLoop($u),typeof self<"u"&&mi.setContext(self),this.setAnimationLoop=function(M){ca=M,se.setAnimationLoop(M),M===null?mi.stop():mi.start()},se.addEventListener("sessionstart",$l),se.addEventListener("sessionend",ql),this.render=function(M,L){if(L!==void 0&&L.isCamera!==!0){Ne("WebGLRenderer.render: camera is not an instance of THREE.Camera.");return}if(N===!0)return;G!==null&&G.renderStart(M,L);const V=se.enabled===!0&&se.isPresenting===!0,O=k!==null&&(te===null||V)&&k.begin(P,te);if(M.matrixWorldAutoUpdate===!0&&M.updateMatrixWorld(),L.parent===null&&L.matrixWorldAutoUpdate===!0&&L.updateMatrixWorld(),se.enabled===!0&&se.isPresenting===!0&&(k===null||k.isCompositing()===!1)&&(se.cameraAutoUpdate===!0&&se.updateCamera(L),L=se.getCamera()),M.isScene===!0&&M.onBeforeRender(P,M,L,te),w=q.get(M,b.length),w.init(L),w.state.textureUnits=Ue.getTextureUnits(),b.push(w),ht.multiplyMatrices(L.projectionMatrix,L.matrixWorldInverse),L.isArrayCamera?Lt.setFromArrayCamera(L):qe.setFromProjectionMatrix(ht,xn,L.reversedDepth),$t=this.localClippingEnabled,xt=Y.init(this.clippingPlanes,$t),R=de.get(M,_.length),R.init(),_.push(R),this.info.render.frame++,se.enabled===!0&&se.isPresenting===!0){const ye=P.xr.getDepthSensingMesh();ye!==null&&ha(ye,L,-1/0,P.sortObjects)}ha(M,L,0,P.sortObjects),R.finish(),G!==null&&G.updateLights(w.state.lightsArray),P.sortObjects===!0&&R.sort(Oe,pt),nn=se.enabled===!1||se.isPresenting===!1||se.hasDepthSensing()===!1,nn&&C.addToRenderList(R,M),this.info.autoReset===!0&&this.info.reset(),xt===!0&&Y.beginShadows();const B=w.state.shadowsArray;if(le.render(B,M,L),xt===!0&&Y.endShadows(),(O&&k.hasRenderPass())===!1){const ye=R.opaque,he=R.transmissive;if(w.setupLights(),L.isArrayCamera){const ve=L.cameras;if(he.length>0)for(let Ee=0,ke=ve.length;Ee<ke;Ee++){const Ke=ve[Ee];Yl(ye,he,M,Ke)}nn&&C.render(M);for(let Ee=0,ke=ve.length;Ee<ke;Ee++){const Ke=ve[Ee];Kl(R,M,Ke,Ke.viewport)}}else he.length>0&&Yl(ye,he,M,L),nn&&C.render(M),Kl(R,M,L)}te!==null&&z===0&&(Ue.updateMultisampleRenderTarget(te),Ue.updateRenderTargetMipmap(te)),O&&k.end(P),M.isScene===!0&&M.onAfterRender(P,M,L),oe.resetDefaultState(),H=-1,K=null,b.pop(),b.length>0?(w=b[b.length-1],Ue.setTextureUnits(w.state.textureUnits),xt===!0&&Y.setGlobalState(P.clippingPlanes,w.state.camera)):w=null,_.pop(),_.length>0?R=_[_.length-1]:R=null,G!==null&&G.renderEnd()};function ha(M,L,V,O){if(M.visible===!1)return;if(M.layers.test(L.layers)){if(M.isGroup)V=M.renderOrder;else if(M.isLOD)M.autoUpdate===!0&&M.update(L);else if(M.isLight)w.pushLight(M),M.castShadow&&w.pushShadow(M);else if(M.isSprite){const ye=L.isArrayCamera?Lt:qe;if(!M.frustumCulled||M.intersectsFrustum(ye)){O&&Tt.setFromMatrixPosition(M.matrixWorld).applyMatrix4(ht);const he=ne.update(M),ve=M.material;ve.visible&&R.push(M,he,ve,V,Tt.z,null,L)}}else if(M.isMesh||M.isLine||M.isPoints){const ye=L.isArrayCamera?Lt:qe;if(!M.frustumCulled||M.intersectsFrustum(ye)){const he=ne.update(M),ve=M.material;if(O&&(M.boundingSphere!==void 0?(M.boundingSphere===null&&M.computeBoundingSphere(),Tt.copy(M.boundingSphere.center)):(he.boundingSphere===null&&he.computeBoundingSphere(),Tt.copy(he.boundingSphere.center)),Tt.applyMatrix4(M.matrixWorld).applyMatrix4(ht)),Array.isArray(ve)){const Ee=he.groups;for(let ke=0,Ke=Ee.length;ke<Ke;ke++){const Se=Ee[ke],Ye=ve[Se.materialIndex];Ye&&Ye.visible&&R.push(M,he,Ye,V,Tt.z,Se,L)}}else ve.visible&&R.push(M,he,ve,V,Tt.z,null,L)}}}const ue=M.children;for(let ye=0,he=ue.length;ye<he;ye++)ha(ue[ye],L,V,O)}function Kl(M,L,V,O){const{opaque:B,transmissive:ue,transparent:ye}=M;w.setupLightsView(V),xt===!0&&Y.setGlobalState(P.clippingPlanes,V),O&&fe.viewport(ee.copy(O)),B.length>0&&nr(B,L,V),ue.length>0&&nr(ue,L,V),ye.length>0&&nr(ye,L,V),fe.buffers.depth.setTest(!0),fe.buffers.depth.setMask(!0),fe.buffers.color.setMask(!0),fe.setPolygonOffset(!1)}function Yl(M,L,V,O){if((V.isScene===!0?V.overrideMaterial:null)!==null)return;if(w.state.transmissionRenderTarget[O.id]===void 0){const Se=lt.has("EXT_color_buffer_half_float")||lt.has("EXT_color_buffer_float");w.state.transmissionRenderTarget[O.id]=new kn(1,1,{generateMipmaps:!0,type:Se?Fn:jt,minFilter:Un,samples:Math.max(4,ct.samples),stencilBuffer:r,resolveDepthBuffer:!1,resolveStencilBuffer:!1,storeMultisampledDepthBuffer:!1,storeMultisampledStencilBuffer:!1,colorSpace:$e.workingColorSpace})}const ue=w.state.transmissionRenderTarget[O.id],ye=O.viewport||ee;ue.setSize(ye.z*P.transmissionResolutionScale,ye.w*P.transmissionResolutionScale);const he=P.getRenderTarget(),ve=P.getActiveCubeFace(),Ee=P.getActiveMipmapLevel();P.setRenderTarget(ue),P.getClearColor(j),ge=P.getClearAlpha(),ge<1&&P.setClearColor(16777215,.5),P.clear(),nn&&C.render(V);const ke=P.toneMapping;P.toneMapping=jn;const Ke=O.viewport;if(O.viewport!==void 0&&(O.viewport=void 0),w.setupLightsView(O),xt===!0&&Y.setGlobalState(P.clippingPlanes,O),nr(M,V,O),Ue.updateMultisampleRenderTarget(ue),Ue.updateRenderTargetMipmap(ue),lt.has("WEBGL_multisampled_render_to_texture")===!1){let Se=!1;for(let Ye=0,mt=L.length;Ye<mt;Ye++){const rt=L[Ye],{object:st,geometry:Ut,material:be,group:zt}=rt;if(be.side===Dn&&st.layers.test(O.layers)){const Ze=be.side;be.side=Xt,be.needsUpdate=!0,jl(st,V,O,Ut,be,zt),be.side=Ze,be.needsUpdate=!0,Se=!0}}Se===!0&&(Ue.updateMultisampleRenderTarget(ue),Ue.updateRenderTargetMipmap(ue))}P.setRenderTarget(he,ve,Ee),P.setClearColor(j,ge),Ke!==void 0&&(O.viewport=Ke),P.toneMapping=ke}function nr(M,L,V){const O=L.isScene===!0?L.overrideMaterial:null;for(let B=0,ue=M.length;B<ue;B++){const ye=M[B],{object:he,geometry:ve,group:Ee}=ye;let ke=ye.material;ke.allowOverride===!0&&O!==null&&(ke=O),he.layers.test(V.layers)&&jl(he,L,V,ve,ke,Ee)}}function jl(M,L,V,O,B,ue){G!==null&&B.isNodeMaterial&&G.setObject(M,B),M.onBeforeRender(P,L,V,O,B,ue),M.modelViewMatrix.multiplyMatrices(V.matrixWorldInverse,M.matrixWorld),M.normalMatrix.getNormalMatrix(M.modelViewMatrix),B.onBeforeRender(P,L,V,O,M,ue),B.transparent===!0&&B.side===Dn&&B.forceSinglePass===!1?(B.side=Xt,B.needsUpdate=!0,P.renderBufferDirect(V,L,O,B,M,ue),B.side=fi,B.needsUpdate=!0,P.renderBufferDirect(V,L,O,B,M,ue),B.side=Dn):P.renderBufferDirect(V,L,O,B,M,ue),M.onAfterRender(P,L,V,O,B,ue)}function Zl(M){let L=0;for(const V of M)V.texture!==null&&L++;return L}function ps(M,L,V){L.isScene!==!0&&(L=tn);const O=Ce.get(M),B=w.state.lights,ue=w.state.shadowsArray,ye=B.state.version,he=Q.getParameters(M,B.state,ue,L,V,w.state.lightProbeGridArray),ve=Q.getProgramCacheKey(he);let Ee=O.programs;O.environment=M.isMeshStandardMaterial||M.isMeshLambertMaterial||M.isMeshPhongMaterial?L.environment:null,O.fog=L.fog;const ke=M.isMeshStandardMaterial||M.isMeshLambertMaterial&&!M.envMap||M.isMeshPhongMaterial&&!M.envMap;O.envMap=A.get(M.envMap||O.environment,ke),O.envMapRotation=O.environment!==null&&M.envMap===null?L.environmentRotation:M.envMapRotation,Ee===void 0&&(M.addEventListener("dispose",tt),Ee=new Map,O.programs=Ee,O.programVariants=new Map);let Ke=Ee.get(ve);if(Ke!==void 0){if(O.currentProgram===Ke&&O.lightsStateVersion===ye)return Ql(M,he),Ke}else he.uniforms=Q.getUniforms(M),G!==null&&M.isNodeMaterial&&G.build(M,V,he),M.onBeforeCompile(he,P),Ke=Q.acquireProgram(he,ve),Ee.set(ve,Ke),O.uniforms=he.uniforms;const Se=O.uniforms;return(!M.isShaderMaterial&&!M.isRawShaderMaterial||M.clipping===!0)&&(Se.clippingPlanes=Y.uniform),Ql(M,he),O.needsLights=ju(M),O.lightsStateVersion=ye,O.needsLights&&(Se.ambientLightColor.value=B.state.ambient,Se.lightProbe.value=B.state.probe,Se.sunLights.value=B.state.sun,Se.sunLightShadows.value=B.state.sunShadow,Se.directionalLights.value=B.state.directional,Se.directionalLightShadows.value=B.state.directionalShadow,Se.spotLights.value=B.state.spot,Se.spotLightShadows.value=B.state.spotShadow,Se.rectAreaLights.value=B.state.rectArea,Se.ltc_1.value=B.state.rectAreaLTC1,Se.ltc_2.value=B.state.rectAreaLTC2,Se.pointLights.value=B.state.point,Se.pointLightShadows.value=B.state.pointShadow,Se.hemisphereLights.value=B.state.hemi,Se.sunShadowMatrix.value=B.state.sunShadowMatrix,Se.sunShadowCascade.value=B.state.sunShadowCascade,Se.directionalShadowMatrix.value=B.state.directionalShadowMatrix,Se.spotLightMatrix.value=B.state.spotLightMatrix,Se.spotLightMap.value=B.state.spotLightMap,Se.pointShadowMatrix.value=B.state.pointShadowMatrix),O.numLightProbeGrids=Zl(w.state.lightProbeGridArray),O.currentProgram=Ke,O.uniformsList=null,Ke}function qu(M,L,V,O,B){const ue=Ce.get(M),ye=ue.currentProgram.id+","+O+","+B;let he=ue.programVariants.get(ye);return he===void 0?(he=ps(M,L,V),ue.programVariants.set(ye,he)):(ue.currentProgram=he,ue.uniformsList=null,ue.outputColorSpace=O,ue.toneMapping=B),he}function Jl(M){if(M.uniformsList===null){const L=M.currentProgram.getUniforms();M.uniformsList=Vr.seqWithValue(L.seq,M.uniforms)}return M.uniformsList}function Ql(M,L){const V=Ce.get(M);V.outputColorSpace=L.outputColorSpace,V.batching=L.batching,V.batchingColor=L.batchingColor,V.instancing=L.instancing,V.instancingColor=L.instancingColor,V.instancingMorph=L.instancingMorph,V.skinning=L.skinning,V.morphTargets=L.morphTargets,V.morphNormals=L.morphNormals,V.morphColors=L.morphColors,V.morphTargetsCount=L.morphTargetsCount,V.numClippingPlanes=L.numClippingPlanes,V.numIntersection=L.numClipIntersection,V.vertexAlphas=L.vertexAlphas,V.vertexTangents=L.vertexTangents,V.toneMapping=L.toneMapping}function Ku(M,L,V,O,B){L.isScene!==!0&&(L=tn),Ue.resetTextureUnits();const ue=L.fog,ye=O.isMeshStandardMaterial||O.isMeshLambertMaterial||O.isMeshPhongMaterial?L.environment:null,he=te===null?P.outputColorSpace:te.isXRRenderTarget===!0?te.texture.colorSpace:$e.workingColorSpace,ve=O.isMeshStandardMaterial||O.isMeshLambertMaterial&&!O.envMap||O.isMeshPhongMaterial&&!O.envMap,Ee=A.get(O.envMap||ye,ve),ke=O.vertexColors===!0&&!!V.attributes.color&&V.attributes.color.itemSize===4,Ke=!!V.attributes.tangent&&(!!O.normalMap||O.anisotropy>0),Se=!!V.morphAttributes.position,Ye=!!V.morphAttributes.normal,mt=!!V.morphAttributes.color;let rt=jn;O.toneMapped&&(te===null||te.isXRRenderTarget===!0)&&(rt=P.toneMapping);const st=V.morphAttributes.position||V.morphAttributes.normal||V.morphAttributes.color,Ut=st!==void 0?st.length:0,be=Ce.get(O),zt=w.state.lights;if(xt===!0&&($t===!0||M!==K)){const dt=M===K&&O.id===H;Y.setState(O,M,dt)}let Ze=!1,gi=!1;O.version===be.__version?be.needsLights&&be.lightsStateVersion!==zt.state.version||B.isBatchedMesh&&be.batching===!1||!B.isBatchedMesh&&be.batching===!0||B.isBatchedMesh&&be.batchingColor===!0&&B._colorsTexture===null||B.isBatchedMesh&&be.batchingColor===!1&&B._colorsTexture!==null||B.isInstancedMesh&&be.instancing===!1||!B.isInstancedMesh&&be.instancing===!0||B.isSkinnedMesh&&be.skinning===!1||!B.isSkinnedMesh&&be.skinning===!0||B.isInstancedMesh&&be.instancingColor===!0&&B.instanceColor===null||B.isInstancedMesh&&be.instancingColor===!1&&B.instanceColor!==null||B.isInstancedMesh&&be.instancingMorph===!0&&B.morphTexture===null||B.isInstancedMesh&&be.instancingMorph===!1&&B.morphTexture!==null||be.envMap!==Ee||O.fog===!0&&be.fog!==ue||be.numClippingPlanes!==void 0&&(be.numClippingPlanes!==Y.numPlanes||be.numIntersection!==Y.numIntersection)||be.vertexAlphas!==ke||be.vertexTangents!==Ke||be.morphTargets!==Se||be.morphNormals!==Ye||be.morphColors!==mt||be.morphTargetsCount!==Ut||be.numLightProbeGrids!==Zl(w.state.lightProbeGridArray)?Ze=!0:(be.outputColorSpace!==he||be.toneMapping!==rt)&&(gi=!0):(Ze=!0,be.__version=O.version);let kt=be.currentProgram;(Ze===!0||gi===!0)&&(kt=gi===!0?qu(O,L,B,he,rt):ps(O,L,B),G&&O.isNodeMaterial&&G.onUpdateProgram(O,kt,be));let ir=!1,ei=!1,_i=!1;const je=kt.getUniforms(),Pt=be.uniforms;if(fe.useProgram(kt.program)&&(ir=!0,ei=!0,_i=!0),O.id!==H&&(H=O.id,ei=!0),ir||K!==M){fe.buffers.depth.getReversed()&&M.reversedDepth!==!0&&(M._reversedDepth=!0,M.updateProjectionMatrix()),je.setValue(D,"projectionMatrix",M.projectionMatrix),je.setValue(D,"viewMatrix",M.matrixWorldInverse);const Rt=je.map.cameraPosition;Rt!==void 0&&Rt.setValue(D,Tn.setFromMatrixPosition(M.matrixWorld)),ct.logarithmicDepthBuffer&&je.setValue(D,"logDepthBufFC",2/(Math.log(M.far+1)/Math.LN2)),(O.isMeshPhongMaterial||O.isMeshToonMaterial||O.isMeshLambertMaterial||O.isMeshBasicMaterial||O.isMeshStandardMaterial||O.isShaderMaterial)&&je.setValue(D,"isOrthographic",M.isOrthographicCamera===!0),K!==M&&(K=M,ei=!0,_i=!0)}if(be.needsLights&&(zt.state.sunShadowMap.length>0&&je.setValue(D,"sunShadowMap",zt.state.sunShadowMap,Ue),zt.state.directionalShadowMap.length>0&&je.setValue(D,"directionalShadowMap",zt.state.directionalShadowMap,Ue),zt.state.spotShadowMap.length>0&&je.setValue(D,"spotShadowMap",zt.state.spotShadowMap,Ue),zt.state.pointShadowMap.length>0&&je.setValue(D,"pointShadowMap",zt.state.pointShadowMap,Ue)),B.isSkinnedMesh){je.setOptional(D,B,"bindMatrix"),je.setOptional(D,B,"bindMatrixInverse");const dt=B.skeleton;dt&&(dt.boneTexture===null&&dt.computeBoneTexture(),je.setValue(D,"boneTexture",dt.boneTexture,Ue))}B.isBatchedMesh&&(je.setOptional(D,B,"batchingTexture"),je.setValue(D,"batchingTexture",B._matricesTexture,Ue),je.setOptional(D,B,"batchingIdTexture"),je.setValue(D,"batchingIdTexture",B._indirectTexture,Ue),je.setOptional(D,B,"batchingColorTexture"),B._colorsTexture!==null&&je.setValue(D,"batchingColorTexture",B._colorsTexture,Ue));const un=V.morphAttributes;if((un.position!==void 0||un.normal!==void 0||un.color!==void 0)&&Z.update(B,V,kt),(ei||be.receiveShadow!==B.receiveShadow)&&(be.receiveShadow=B.receiveShadow,je.setValue(D,"receiveShadow",B.receiveShadow)),(O.isMeshStandardMaterial||O.isMeshLambertMaterial||O.isMeshPhongMaterial)&&O.envMap===null&&L.environment!==null&&(Pt.envMapIntensity.value=L.environmentIntensity),Pt.dfgLUT!==void 0&&(Pt.dfgLUT.value=fx()),ei){if(je.setValue(D,"toneMappingExposure",P.toneMappingExposure),be.needsLights&&Yu(Pt,_i),ue&&O.fog===!0&&ae.refreshFogUniforms(Pt,ue),ae.refreshMaterialUniforms(Pt,O,_e,Re,w.state.transmissionRenderTarget[M.id]),be.needsLights&&be.numLightProbeGrids>0){const dt=S;let Rt=0;for(const Hn of w.state.lightProbeGridArray)Hn.texture!==null&&(dt.textures[Rt]=Hn.texture,dt.min[Rt]=Hn.boundingBox.min,dt.max[Rt]=Hn.boundingBox.max,dt.resolution[Rt]=Hn.resolution,Rt++);for(const Hn in dt)dt[Hn].length=Rt;Pt.probesSH.value=dt.textures,Pt.probesMin.value=dt.min,Pt.probesMax.value=dt.max,Pt.probesResolution.value=dt.resolution}Vr.upload(D,Jl(be),Pt,Ue)}if(O.isShaderMaterial&&O.uniformsNeedUpdate===!0&&(Vr.upload(D,Jl(be),Pt,Ue),O.uniformsNeedUpdate=!1),O.isSpriteMaterial&&je.setValue(D,"center",B.center),je.setValue(D,"modelViewMatrix",B.modelViewMatrix),je.setValue(D,"normalMatrix",B.normalMatrix),je.setValue(D,"modelMatrix",B.matrixWorld),O.uniformsGroups!==void 0){const dt=O.uniformsGroups;for(let Rt=0,Hn=dt.length;Rt<Hn;Rt++){const tc=dt[Rt];we.update(tc,kt),we.bind(tc,kt)}}return kt}function Yu(M,L){M.ambientLightColor.needsUpdate=L,M.lightProbe.needsUpdate=L,M.sunLights.needsUpdate=L,M.sunLightShadows.needsUpdate=L,M.directionalLights.needsUpdate=L,M.directionalLightShadows.needsUpdate=L,M.pointLights.needsUpdate=L,M.pointLightShadows.needsUpdate=L,M.spotLights.needsUpdate=L,M.spotLightShadows.needsUpdate=L,M.rectAreaLights.needsUpdate=L,M.hemisphereLights.needsUpdate=L}function ju(M){return M.isMeshLambertMaterial||M.isMeshToonMaterial||M.isMeshPhongMaterial||M.isMeshStandardMaterial||M.isShadowMaterial||M.isShaderMaterial&&M.lights===!0}this.getActiveCubeFace=function(){return J},this.getActiveMipmapLevel=function(){return z},this.getRenderTarget=function(){return te},this.setRenderTargetTextures=function(M,L,V){const O=Ce.get(M);O.__autoAllocateDepthBuffer=M.resolveDepthBuffer===!1,O.__autoAllocateDepthBuffer===!1&&(O.__useRenderToTexture=!1),Ce.get(M.texture).__webglTexture=L,Ce.get(M.depthTexture).__webglTexture=O.__autoAllocateDepthBuffer?void 0:V,O.__hasExternalTextures=!0},this.setRenderTargetFramebuffer=function(M,L){const V=Ce.get(M);V.__webglFramebuffer=L,V.__useDefaultFramebuffer=L===void 0},this.setRenderTarget=function(M,L=0,V=0){te=M,J=L,z=V;let O=null,B=!1,ue=!1;if(M){const he=Ce.get(M);if(he.__useDefaultFramebuffer!==void 0){fe.bindFramebuffer(D.FRAMEBUFFER,he.__webglFramebuffer),ee.copy(M.viewport),xe.copy(M.scissor),Pe=M.scissorTest,fe.viewport(ee),fe.scissor(xe),fe.setScissorTest(Pe),H=-1;return}else if(he.__webglFramebuffer===void 0)Ue.setupRenderTarget(M);else if(he.__hasExternalTextures)Ue.rebindTextures(M,Ce.get(M.texture).__webglTexture,Ce.get(M.depthTexture).__webglTexture);else if(M.depthBuffer){const ke=M.depthTexture;if(he.__boundDepthTexture!==ke){if(ke!==null&&Ce.has(ke)&&(M.width!==ke.image.width||M.height!==ke.image.height))throw new Error("THREE.WebGLRenderer: Attached DepthTexture is initialized to the incorrect size.");Ue.setupDepthRenderbuffer(M)}}const ve=M.texture;(ve.isData3DTexture||ve.isDataArrayTexture||ve.isCompressedArrayTexture)&&(ue=!0);const Ee=Ce.get(M).__webglFramebuffer;M.isWebGLCubeRenderTarget?(Array.isArray(Ee[L])?O=Ee[L][V]:O=Ee[L],B=!0):M.samples>0&&Ue.useMultisampledRTT(M)===!1?O=Ce.get(M).__webglMultisampledFramebuffer:Array.isArray(Ee)?O=Ee[V]:O=Ee,ee.copy(M.viewport),xe.copy(M.scissor),Pe=M.scissorTest}else ee.copy(Le).multiplyScalar(_e).floor(),xe.copy(et).multiplyScalar(_e).floor(),Pe=it;if(V!==0&&(O=$),fe.bindFramebuffer(D.FRAMEBUFFER,O)&&fe.drawBuffers(M,O),fe.viewport(ee),fe.scissor(xe),fe.setScissorTest(Pe),B){const he=Ce.get(M.texture);D.framebufferTexture2D(D.FRAMEBUFFER,D.COLOR_ATTACHMENT0,D.TEXTURE_CUBE_MAP_POSITIVE_X+L,he.__webglTexture,V)}else if(ue){const he=L;for(let ve=0;ve<M.textures.length;ve++){const Ee=Ce.get(M.textures[ve]);D.framebufferTextureLayer(D.FRAMEBUFFER,D.COLOR_ATTACHMENT0+ve,Ee.__webglTexture,V,he)}}else if(M!==null&&V!==0){const he=Ce.get(M.texture);D.framebufferTexture2D(D.FRAMEBUFFER,D.COLOR_ATTACHMENT0,D.TEXTURE_2D,he.__webglTexture,V)}H=-1};function ec(M){const L=Ce.get(M);return(L.__readFormat!==M.format||L.__readType!==M.type)&&(L.__readFormat=M.format,L.__readType=M.type,L.__formatReadable=ct.textureFormatReadable(M.format),L.__typeReadable=ct.textureTypeReadable(M.type)),L}this.readRenderTargetPixels=function(M,L,V,O,B,ue,ye,he=0){if(!(M&&M.isWebGLRenderTarget)){Ne("WebGLRenderer.readRenderTargetPixels: renderTarget is not THREE.WebGLRenderTarget.");return}let ve=Ce.get(M).__webglFramebuffer;if(M.isWebGLCubeRenderTarget&&ye!==void 0&&(ve=ve[ye],Array.isArray(ve)&&(ve=ve[0])),ve){fe.bindFramebuffer(D.FRAMEBUFFER,ve);try{const Ee=M.textures[he],ke=Ee.format,Ke=Ee.type;M.textures.length>1&&D.readBuffer(D.COLOR_ATTACHMENT0+he);const Se=ec(Ee);if(Se.__formatReadable===!1){Ne("WebGLRenderer.readRenderTargetPixels: renderTarget is not in RGBA or implementation defined format.");return}if(Se.__typeReadable===!1){Ne("WebGLRenderer.readRenderTargetPixels: renderTarget is not in UnsignedByteType or implementation defined type.");return}L>=0&&L<=M.width-O&&V>=0&&V<=M.height-B&&D.readPixels(L,V,O,B,re.convert(ke),re.convert(Ke),ue)}finally{const Ee=te!==null?Ce.get(te).__webglFramebuffer:null;fe.bindFramebuffer(D.FRAMEBUFFER,Ee)}}},this.readRenderTargetPixelsAsync=async function(M,L,V,O,B,ue,ye,he=0){if(!(M&&M.isWebGLRenderTarget))throw new Error("THREE.WebGLRenderer.readRenderTargetPixels: renderTarget is not THREE.WebGLRenderTarget.");let ve=Ce.get(M).__webglFramebuffer;if(M.isWebGLCubeRenderTarget&&ye!==void 0&&(ve=ve[ye],Array.isArray(ve)&&(ve=ve[0])),ve)if(L>=0&&L<=M.width-O&&V>=0&&V<=M.height-B){fe.bindFramebuffer(D.FRAMEBUFFER,ve);const Ee=M.textures[he],ke=Ee.format,Ke=Ee.type;M.textures.length>1&&D.readBuffer(D.COLOR_ATTACHMENT0+he);const Se=ec(Ee);if(Se.__formatReadable===!1)throw new Error("THREE.WebGLRenderer.readRenderTargetPixelsAsync: renderTarget is not in RGBA or implementation defined format.");if(Se.__typeReadable===!1)throw new Error("THREE.WebGLRenderer.readRenderTargetPixelsAsync: renderTarget is not in UnsignedByteType or implementation defined type.");const Ye=D.createBuffer();D.bindBuffer(D.PIXEL_PACK_BUFFER,Ye),D.bufferData(D.PIXEL_PACK_BUFFER,ue.byteLength,D.STREAM_READ),D.readPixels(L,V,O,B,re.convert(ke),re.convert(Ke),0),D.bindBuffer(D.PIXEL_PACK_BUFFER,null);const mt=te!==null?Ce.get(te).__webglFramebuffer:null;fe.bindFramebuffer(D.FRAMEBUFFER,mt);const rt=D.fenceSync(D.SYNC_GPU_COMMANDS_COMPLETE,0);return D.flush(),await zf(D,rt,4),D.bindBuffer(D.PIXEL_PACK_BUFFER,Ye),D.getBufferSubData(D.PIXEL_PACK_BUFFER,0,ue),D.bindBuffer(D.PIXEL_PACK_BUFFER,null),D.deleteBuffer(Ye),D.deleteSync(rt),ue}else throw new Error("THREE.WebGLRenderer.readRenderTargetPixelsAsync: requested read bounds are out of range.")},this.copyFramebufferToTexture=function(M,L=null,V=0){const O=Math.pow(2,-V),B=Math.floor(M.image.width*O),ue=Math.floor(M.image.height*O),ye=L!==null?L.x:0,he=L!==null?L.y:0;Ue.setTexture2D(M,0),D.copyTexSubImage2D(D.TEXTURE_2D,V,0,0,ye,he,B,ue),fe.unbindTexture()},this.copyTextureToTexture=function(M,L,V=null,O=null,B=0,ue=0){let ye,he,ve,Ee,ke,Ke,Se,Ye,mt;const rt=M.isCompressedTexture?M.mipmaps[ue]:M.image;if(V!==null)ye=V.max.x-V.min.x,he=V.max.y-V.min.y,ve=V.isBox3?V.max.z-V.min.z:1,Ee=V.min.x,ke=V.min.y,Ke=V.isBox3?V.min.z:0;else{const je=Math.pow(2,-B);ye=Math.floor(rt.width*je),he=Math.floor(rt.height*je),M.isDataArrayTexture?ve=rt.depth:M.isData3DTexture?ve=Math.floor(rt.depth*je):ve=1,Ee=0,ke=0,Ke=0}O!==null?(Se=O.x,Ye=O.y,mt=O.z):(Se=0,Ye=0,mt=0);const st=re.convert(L.format),Ut=re.convert(L.type);let be;L.isData3DTexture?(Ue.setTexture3D(L,0),be=D.TEXTURE_3D):L.isDataArrayTexture||L.isCompressedArrayTexture?(Ue.setTexture2DArray(L,0),be=D.TEXTURE_2D_ARRAY):(Ue.setTexture2D(L,0),be=D.TEXTURE_2D),fe.activeTexture(D.TEXTURE0),fe.pixelStorei(D.UNPACK_FLIP_Y_WEBGL,L.flipY),fe.pixelStorei(D.UNPACK_PREMULTIPLY_ALPHA_WEBGL,L.premultiplyAlpha),fe.pixelStorei(D.UNPACK_ALIGNMENT,L.unpackAlignment);const zt=fe.getParameter(D.UNPACK_ROW_LENGTH),Ze=fe.getParameter(D.UNPACK_IMAGE_HEIGHT),gi=fe.getParameter(D.UNPACK_SKIP_PIXELS),kt=fe.getParameter(D.UNPACK_SKIP_ROWS),ir=fe.getParameter(D.UNPACK_SKIP_IMAGES);fe.pixelStorei(D.UNPACK_ROW_LENGTH,rt.width),fe.pixelStorei(D.UNPACK_IMAGE_HEIGHT,rt.height),fe.pixelStorei(D.UNPACK_SKIP_PIXELS,Ee),fe.pixelStorei(D.UNPACK_SKIP_ROWS,ke),fe.pixelStorei(D.UNPACK_SKIP_IMAGES,Ke);const ei=M.isDataArrayTexture||M.isData3DTexture,_i=L.isDataArrayTexture||L.isData3DTexture;if(M.isDepthTexture){const je=Ce.get(M),Pt=Ce.get(L),un=Ce.get(je.__renderTarget),dt=Ce.get(Pt.__renderTarget);fe.bindFramebuffer(D.READ_FRAMEBUFFER,un.__webglFramebuffer),fe.bindFramebuffer(D.DRAW_FRAMEBUFFER,dt.__webglFramebuffer);for(let Rt=0;Rt<ve;Rt++)ei&&(D.framebufferTextureLayer(D.READ_FRAMEBUFFER,D.COLOR_ATTACHMENT0,Ce.get(M).__webglTexture,B,Ke+Rt),D.framebufferTextureLayer(D.DRAW_FRAMEBUFFER,D.COLOR_ATTACHMENT0,Ce.get(L).__webglTexture,ue,mt+Rt)),D.blitFramebuffer(Ee,ke,Ee+ye,ke+he,Se,Ye,Se+ye,Ye+he,D.DEPTH_BUFFER_BIT,D.NEAREST);fe.bindFramebuffer(D.READ_FRAMEBUFFER,null),fe.bindFramebuffer(D.DRAW_FRAMEBUFFER,null)}else if(B!==0||M.isRenderTargetTexture||Ce.has(M)){const je=Ce.get(M),Pt=Ce.get(L);fe.bindFramebuffer(D.READ_FRAMEBUFFER,I),fe.bindFramebuffer(D.DRAW_FRAMEBUFFER,W);for(let un=0;un<ve;un++)ei?D.framebufferTextureLayer(D.READ_FRAMEBUFFER,D.COLOR_ATTACHMENT0,je.__webglTexture,B,Ke+un):D.framebufferTexture2D(D.READ_FRAMEBUFFER,D.COLOR_ATTACHMENT0,D.TEXTURE_2D,je.__webglTexture,B),_i?D.framebufferTextureLayer(D.DRAW_FRAMEBUFFER,D.COLOR_ATTACHMENT0,Pt.__webglTexture,ue,mt+un):D.framebufferTexture2D(D.DRAW_FRAMEBUFFER,D.COLOR_ATTACHMENT0,D.TEXTURE_2D,Pt.__webglTexture,ue),B!==0?D.blitFramebuffer(Ee,ke,Ee+ye,ke+he,Se,Ye,Se+ye,Ye+he,D.COLOR_BUFFER_BIT,D.NEAREST):_i?D.copyTexSubImage3D(be,ue,Se,Ye,mt+un,Ee,ke,ye,he):D.copyTexSubImage2D(be,ue,Se,Ye,Ee,ke,ye,he);fe.bindFramebuffer(D.READ_FRAMEBUFFER,null),fe.bindFramebuffer(D.DRAW_FRAMEBUFFER,null)}else _i?M.isDataTexture||M.isData3DTexture?D.texSubImage3D(be,ue,Se,Ye,mt,ye,he,ve,st,Ut,rt.data):L.isCompressedArrayTexture?D.compressedTexSubImage3D(be,ue,Se,Ye,mt,ye,he,ve,st,rt.data):D.texSubImage3D(be,ue,Se,Ye,mt,ye,he,ve,st,Ut,rt):M.isDataTexture?D.texSubImage2D(D.TEXTURE_2D,ue,Se,Ye,ye,he,st,Ut,rt.data):M.isCompressedTexture?D.compressedTexSubImage2D(D.TEXTURE_2D,ue,Se,Ye,rt.width,rt.height,st,rt.data):D.texSubImage2D(D.TEXTURE_2D,ue,Se,Ye,ye,he,st,Ut,rt);fe.pixelStorei(D.UNPACK_ROW_LENGTH,zt),fe.pixelStorei(D.UNPACK_IMAGE_HEIGHT,Ze),fe.pixelStorei(D.UNPACK_SKIP_PIXELS,gi),fe.pixelStorei(D.UNPACK_SKIP_ROWS,kt),fe.pixelStorei(D.UNPACK_SKIP_IMAGES,ir),ue===0&&L.generateMipmaps===!0&&L.mipmapsAutoUpdate===!0&&D.generateMipmap(be),fe.unbindTexture()},this.initRenderTarget=function(M){Ce.get(M).__webglFramebuffer===void 0&&Ue.setupRenderTarget(M)},this.initTexture=function(M){M.isCubeTexture?Ue.setTextureCube(M,0):M.isData3DTexture?Ue.setTexture3D(M,0):M.isDataArrayTexture||M.isCompressedArrayTexture?Ue.setTexture2DArray(M,0):Ue.setTexture2D(M,0),fe.unbindTexture()},this.resetState=function(){J=0,z=0,te=null,fe.reset(),oe.reset()},typeof __THREE_DEVTOOLS__<"u"&&__THREE_DEVTOOLS__.dispatchEvent(new CustomEvent("observe",{detail:this}))}get coordinateSystem(){return xn}get outputColorSpace(){return this._outputColorSpace}set outputColorSpace(e){this._outputColorSpace=e;const t=this.getContext();t.drawingBufferColorSpace=$e._getDrawingBufferColorSpace(e),t.unpackColorSpace=$e._getUnpackColorSpace()}}function vh(s,e){if(e===Rf)return console.warn("THREE.BufferGeometryUtils.toTrianglesDrawMode(): Geometry already defined as triangles."),s;if(e===$o||e===wd){let t=s.getIndex();if(t===null){const r=[],a=s.getAttribute("position");if(a!==void 0){for(let o=0;o<a.count;o++)r.push(o);s.setIndex(r),t=s.getIndex()}else return console.error("THREE.BufferGeometryUtils.toTrianglesDrawMode(): Undefined position attribute. Processing not possible."),s}const n=t.count-2,i=[];if(e===$o)for(let r=1;r<=n;r++)i.push(t.getX(0)),i.push(t.getX(r)),i.push(t.getX(r+1));else for(let r=0;r<n;r++)r%2===0?(i.push(t.getX(r)),i.push(t.getX(r+1)),i.push(t.getX(r+2))):(i.push(t.getX(r+2)),i.push(t.getX(r+1)),i.push(t.getX(r)));return i.length/3!==n&&console.error("THREE.BufferGeometryUtils.toTrianglesDrawMode(): Unable to generate correct amount of triangles."),s.setIndex(i),s.clearGroups(),s}else return console.error("THREE.BufferGeometryUtils.toTrianglesDrawMode(): Unknown draw mode:",e),s}function mx(s){const e=new Map,t=new Map,n=s.clone();return du(s,n,function(i,r){e.set(r,i),t.set(i,r)}),n.traverse(function(i){if(!i.isSkinnedMesh)return;const r=i,a=e.get(i),o=a.skeleton.bones;r.skeleton=a.skeleton.clone(),r.bindMatrix.copy(a.bindMatrix),r.skeleton.bones=o.map(function(l){return t.get(l)}),r.bind(r.skeleton,r.bindMatrix)}),n}function du(s,e,t){t(s,e);for(let n=0;n<s.children.length;n++)du(s.children[n],e.children[n],t)}class uu extends us{constructor(e){super(e),this.dracoLoader=null,this.ktx2Loader=null,this.meshoptDecoder=null,this.pluginCallbacks=[],this.register(function(t){return new yx(t)}),this.register(function(t){return new Mx(t)}),this.register(function(t){return new Sx(t)}),this.register(function(t){return new Px(t)}),this.register(function(t){return new Ix(t)}),this.register(function(t){return new Dx(t)}),this.register(function(t){return new Ex(t)}),this.register(function(t){return new wx(t)}),this.register(function(t){return new Tx(t)}),this.register(function(t){return new Ax(t)}),this.register(function(t){return new xx(t)}),this.register(function(t){return new Rx(t)}),this.register(function(t){return new bx(t)}),this.register(function(t){return new Lx(t)}),this.register(function(t){return new Cx(t)}),this.register(function(t){return new _x(t)}),this.register(function(t){return new xh(t,Xe.EXT_MESHOPT_COMPRESSION)}),this.register(function(t){return new xh(t,Xe.KHR_MESHOPT_COMPRESSION)}),this.register(function(t){return new Nx(t)})}load(e,t,n,i){const r=this;let a;if(this.resourcePath!=="")a=this.resourcePath;else if(this.path!==""){const c=Bs.extractUrlBase(e);a=Bs.resolveURL(c,this.path)}else a=Bs.extractUrlBase(e);this.manager.itemStart(e);const o=function(c){i?i(c):console.error(c),r.manager.itemError(e),r.manager.itemEnd(e)},l=new Zd(this.manager);l.setPriority(this.priority),l.setCache(this.cache),l.setPath(this.path),l.setResponseType("arraybuffer"),l.setRequestHeader(this.requestHeader),l.setWithCredentials(this.withCredentials),l.load(e,function(c){try{r.parse(c,a,function(h){t(h),r.manager.itemEnd(e)},o)}catch(h){o(h)}},n,o)}setDRACOLoader(e){return this.dracoLoader=e,this}setKTX2Loader(e){return this.ktx2Loader=e,this}setMeshoptDecoder(e){return this.meshoptDecoder=e,this}register(e){return this.pluginCallbacks.indexOf(e)===-1&&this.pluginCallbacks.push(e),this}unregister(e){return this.pluginCallbacks.indexOf(e)!==-1&&this.pluginCallbacks.splice(this.pluginCallbacks.indexOf(e),1),this}parse(e,t,n,i){let r;const a={},o={},l=new TextDecoder;if(typeof e=="string")r=JSON.parse(e);else if(e instanceof ArrayBuffer)if(l.decode(new Uint8Array(e,0,4))===fu){try{a[Xe.KHR_BINARY_GLTF]=new Ux(e)}catch(d){i&&i(d);return}r=JSON.parse(a[Xe.KHR_BINARY_GLTF].content)}else r=JSON.parse(l.decode(e));else r=e;if(r.asset===void 0||r.asset.version[0]<2){i&&i(new Error("THREE.GLTFLoader: Unsupported asset. glTF versions >=2.0 are supported."));return}const c=new Kx(r,{path:t||this.resourcePath||"",crossOrigin:this.crossOrigin,priority:this.priority,cache:this.cache,withCredentials:this.withCredentials,requestHeader:this.requestHeader,manager:this.manager,ktx2Loader:this.ktx2Loader,meshoptDecoder:this.meshoptDecoder});c.fileLoader.setRequestHeader(this.requestHeader);for(let h=0;h<this.pluginCallbacks.length;h++){const d=this.pluginCallbacks[h](c);d.name||console.error("THREE.GLTFLoader: Invalid plugin found: missing name"),o[d.name]=d,a[d.name]=!0}if(r.extensionsUsed)for(let h=0;h<r.extensionsUsed.length;++h){const d=r.extensionsUsed[h],u=r.extensionsRequired||[];switch(d){case Xe.KHR_MATERIALS_UNLIT:a[d]=new vx;break;case Xe.KHR_DRACO_MESH_COMPRESSION:a[d]=new kx(r,this.dracoLoader);break;case Xe.KHR_TEXTURE_TRANSFORM:a[d]=new Ox;break;case Xe.KHR_MESH_QUANTIZATION:a[d]=new Fx;break;default:u.indexOf(d)>=0&&o[d]===void 0&&console.warn('THREE.GLTFLoader: Unknown extension "'+d+'".')}}c.setExtensions(a),c.setPlugins(o),c.parse(n,i)}parseAsync(e,t){const n=this;return new Promise(function(i,r){n.parse(e,t,i,r)})}}function gx(){let s={};return{get:function(e){return s[e]},add:function(e,t){s[e]=t},remove:function(e){delete s[e]},removeAll:function(){s={}}}}function ft(s,e,t){const n=s.json.materials[e];return n.extensions&&n.extensions[t]?n.extensions[t]:null}const Xe={KHR_BINARY_GLTF:"KHR_binary_glTF",KHR_DRACO_MESH_COMPRESSION:"KHR_draco_mesh_compression",KHR_LIGHTS_PUNCTUAL:"KHR_lights_punctual",KHR_MATERIALS_CLEARCOAT:"KHR_materials_clearcoat",KHR_MATERIALS_DIFFUSE_ROUGHNESS:"KHR_materials_diffuse_roughness",KHR_MATERIALS_DISPERSION:"KHR_materials_dispersion",KHR_MATERIALS_IOR:"KHR_materials_ior",KHR_MATERIALS_SHEEN:"KHR_materials_sheen",KHR_MATERIALS_SPECULAR:"KHR_materials_specular",KHR_MATERIALS_TRANSMISSION:"KHR_materials_transmission",KHR_MATERIALS_IRIDESCENCE:"KHR_materials_iridescence",KHR_MATERIALS_ANISOTROPY:"KHR_materials_anisotropy",KHR_MATERIALS_UNLIT:"KHR_materials_unlit",KHR_MATERIALS_VOLUME:"KHR_materials_volume",KHR_TEXTURE_BASISU:"KHR_texture_basisu",KHR_TEXTURE_TRANSFORM:"KHR_texture_transform",KHR_MESH_QUANTIZATION:"KHR_mesh_quantization",KHR_MATERIALS_EMISSIVE_STRENGTH:"KHR_materials_emissive_strength",EXT_MATERIALS_BUMP:"EXT_materials_bump",EXT_TEXTURE_WEBP:"EXT_texture_webp",EXT_TEXTURE_AVIF:"EXT_texture_avif",EXT_MESHOPT_COMPRESSION:"EXT_meshopt_compression",KHR_MESHOPT_COMPRESSION:"KHR_meshopt_compression",EXT_MESH_GPU_INSTANCING:"EXT_mesh_gpu_instancing"};class _x{constructor(e){this.parser=e,this.name=Xe.KHR_LIGHTS_PUNCTUAL,this.cache={refs:{},uses:{}}}_markDefs(){const e=this.parser,t=this.parser.json.nodes||[];for(let n=0,i=t.length;n<i;n++){const r=t[n];r.extensions&&r.extensions[this.name]&&r.extensions[this.name].light!==void 0&&e._addNodeRef(this.cache,r.extensions[this.name].light)}}_loadLight(e){const t=this.parser,n="light:"+e;let i=t.cache.get(n);if(i)return i;const r=t.json,l=((r.extensions&&r.extensions[this.name]||{}).lights||[])[e];let c;const h=new Ie(16777215);l.color!==void 0&&h.setRGB(l.color[0],l.color[1],l.color[2],Qt);const d=l.range!==void 0?l.range:0;switch(l.type){case"directional":c=new Ll(h),c.target.position.set(0,0,-1),c.add(c.target);break;case"point":c=new Qd(h),c.distance=d;break;case"spot":c=new nm(h),c.distance=d,l.spot=l.spot||{},l.spot.innerConeAngle=l.spot.innerConeAngle!==void 0?l.spot.innerConeAngle:0,l.spot.outerConeAngle=l.spot.outerConeAngle!==void 0?l.spot.outerConeAngle:Math.PI/4,c.angle=l.spot.outerConeAngle,c.penumbra=1-l.spot.innerConeAngle/l.spot.outerConeAngle,c.target.position.set(0,0,-1),c.add(c.target);break;default:throw new Error("THREE.GLTFLoader: Unexpected light type: "+l.type)}return c.position.set(0,0,0),Pn(c,l),l.intensity!==void 0&&(c.intensity=l.intensity),c.name=t.createUniqueName(l.name||"light_"+e),i=Promise.resolve(c),t.cache.add(n,i),i}getDependency(e,t){if(e==="light")return this._loadLight(t)}createNodeAttachment(e){const t=this,n=this.parser,r=n.json.nodes[e],o=(r.extensions&&r.extensions[this.name]||{}).light;return o===void 0?null:this._loadLight(o).then(function(l){return n._getNodeRef(t.cache,o,l)})}}class vx{constructor(){this.name=Xe.KHR_MATERIALS_UNLIT}getMaterialType(){return ui}extendParams(e,t,n){const i=[];e.color=new Ie(1,1,1),e.opacity=1;const r=t.pbrMetallicRoughness;if(r){if(Array.isArray(r.baseColorFactor)){const a=r.baseColorFactor;e.color.setRGB(a[0],a[1],a[2],Qt),e.opacity=a[3]}r.baseColorTexture!==void 0&&i.push(n.assignTexture(e,"map",r.baseColorTexture,It))}return Promise.all(i)}}class xx{constructor(e){this.parser=e,this.name=Xe.KHR_MATERIALS_EMISSIVE_STRENGTH}extendMaterialParams(e,t){const n=ft(this.parser,e,this.name);return n===null||n.emissiveStrength!==void 0&&(t.emissiveIntensity=n.emissiveStrength),Promise.resolve()}}class yx{constructor(e){this.parser=e,this.name=Xe.KHR_MATERIALS_CLEARCOAT}getMaterialType(e){return ft(this.parser,e,this.name)!==null?En:null}extendMaterialParams(e,t){const n=ft(this.parser,e,this.name);if(n===null)return Promise.resolve();const i=[];if(n.clearcoatFactor!==void 0&&(t.clearcoat=n.clearcoatFactor),n.clearcoatTexture!==void 0&&i.push(this.parser.assignTexture(t,"clearcoatMap",n.clearcoatTexture)),n.clearcoatRoughnessFactor!==void 0&&(t.clearcoatRoughness=n.clearcoatRoughnessFactor),n.clearcoatRoughnessTexture!==void 0&&i.push(this.parser.assignTexture(t,"clearcoatRoughnessMap",n.clearcoatRoughnessTexture)),n.clearcoatNormalTexture!==void 0&&(i.push(this.parser.assignTexture(t,"clearcoatNormalMap",n.clearcoatNormalTexture)),n.clearcoatNormalTexture.scale!==void 0)){const r=n.clearcoatNormalTexture.scale;t.clearcoatNormalScale=new De(r,r)}return Promise.all(i)}}class Mx{constructor(e){this.parser=e,this.name=Xe.KHR_MATERIALS_DIFFUSE_ROUGHNESS}getMaterialType(e){return ft(this.parser,e,this.name)!==null?En:null}extendMaterialParams(e,t){const n=ft(this.parser,e,this.name);if(n===null)return Promise.resolve();const i=[];return t.diffuseRoughness=n.diffuseRoughnessFactor!==void 0?n.diffuseRoughnessFactor:0,n.diffuseRoughnessTexture!==void 0&&i.push(this.parser.assignTexture(t,"diffuseRoughnessMap",n.diffuseRoughnessTexture)),Promise.all(i)}}class Sx{constructor(e){this.parser=e,this.name=Xe.KHR_MATERIALS_DISPERSION}getMaterialType(e){return ft(this.parser,e,this.name)!==null?En:null}extendMaterialParams(e,t){const n=ft(this.parser,e,this.name);return n===null||(t.dispersion=n.dispersion!==void 0?n.dispersion:0),Promise.resolve()}}class bx{constructor(e){this.parser=e,this.name=Xe.KHR_MATERIALS_IRIDESCENCE}getMaterialType(e){return ft(this.parser,e,this.name)!==null?En:null}extendMaterialParams(e,t){const n=ft(this.parser,e,this.name);if(n===null)return Promise.resolve();const i=[];return n.iridescenceFactor!==void 0&&(t.iridescence=n.iridescenceFactor),n.iridescenceTexture!==void 0&&i.push(this.parser.assignTexture(t,"iridescenceMap",n.iridescenceTexture)),n.iridescenceIor!==void 0&&(t.iridescenceIOR=n.iridescenceIor),n.iridescenceThicknessMinimum!==void 0&&(t.iridescenceThicknessMinimum=n.iridescenceThicknessMinimum),n.iridescenceThicknessMaximum!==void 0&&(t.iridescenceThicknessMaximum=n.iridescenceThicknessMaximum),n.iridescenceThicknessTexture!==void 0&&i.push(this.parser.assignTexture(t,"iridescenceThicknessMap",n.iridescenceThicknessTexture)),Promise.all(i)}}class Ex{constructor(e){this.parser=e,this.name=Xe.KHR_MATERIALS_SHEEN}getMaterialType(e){return ft(this.parser,e,this.name)!==null?En:null}extendMaterialParams(e,t){const n=ft(this.parser,e,this.name);if(n===null)return Promise.resolve();const i=[];if(t.sheenColor=new Ie(0,0,0),t.sheenRoughness=0,t.sheen=1,n.sheenColorFactor!==void 0){const r=n.sheenColorFactor;t.sheenColor.setRGB(r[0],r[1],r[2],Qt)}return n.sheenRoughnessFactor!==void 0&&(t.sheenRoughness=n.sheenRoughnessFactor),n.sheenColorTexture!==void 0&&i.push(this.parser.assignTexture(t,"sheenColorMap",n.sheenColorTexture,It)),n.sheenRoughnessTexture!==void 0&&i.push(this.parser.assignTexture(t,"sheenRoughnessMap",n.sheenRoughnessTexture)),Promise.all(i)}}class wx{constructor(e){this.parser=e,this.name=Xe.KHR_MATERIALS_TRANSMISSION}getMaterialType(e){return ft(this.parser,e,this.name)!==null?En:null}extendMaterialParams(e,t){const n=ft(this.parser,e,this.name);if(n===null)return Promise.resolve();const i=[];return n.transmissionFactor!==void 0&&(t.transmission=n.transmissionFactor),n.transmissionTexture!==void 0&&i.push(this.parser.assignTexture(t,"transmissionMap",n.transmissionTexture)),Promise.all(i)}}class Tx{constructor(e){this.parser=e,this.name=Xe.KHR_MATERIALS_VOLUME}getMaterialType(e){return ft(this.parser,e,this.name)!==null?En:null}extendMaterialParams(e,t){const n=ft(this.parser,e,this.name);if(n===null)return Promise.resolve();const i=[];t.thickness=n.thicknessFactor!==void 0?n.thicknessFactor:0,n.thicknessTexture!==void 0&&i.push(this.parser.assignTexture(t,"thicknessMap",n.thicknessTexture)),t.attenuationDistance=n.attenuationDistance||1/0;const r=n.attenuationColor||[1,1,1];return t.attenuationColor=new Ie().setRGB(r[0],r[1],r[2],Qt),Promise.all(i)}}class Ax{constructor(e){this.parser=e,this.name=Xe.KHR_MATERIALS_IOR}getMaterialType(e){return ft(this.parser,e,this.name)!==null?En:null}extendMaterialParams(e,t){const n=ft(this.parser,e,this.name);return n===null||(t.ior=n.ior!==void 0?n.ior:1.5,t.ior===0&&(t.ior=1e3)),Promise.resolve()}}class Rx{constructor(e){this.parser=e,this.name=Xe.KHR_MATERIALS_SPECULAR}getMaterialType(e){return ft(this.parser,e,this.name)!==null?En:null}extendMaterialParams(e,t){const n=ft(this.parser,e,this.name);if(n===null)return Promise.resolve();const i=[];t.specularIntensity=n.specularFactor!==void 0?n.specularFactor:1,n.specularTexture!==void 0&&i.push(this.parser.assignTexture(t,"specularIntensityMap",n.specularTexture));const r=n.specularColorFactor||[1,1,1];return t.specularColor=new Ie().setRGB(r[0],r[1],r[2],Qt),n.specularColorTexture!==void 0&&i.push(this.parser.assignTexture(t,"specularColorMap",n.specularColorTexture,It)),Promise.all(i)}}class Cx{constructor(e){this.parser=e,this.name=Xe.EXT_MATERIALS_BUMP}getMaterialType(e){return ft(this.parser,e,this.name)!==null?En:null}extendMaterialParams(e,t){const n=ft(this.parser,e,this.name);if(n===null)return Promise.resolve();const i=[];return t.bumpScale=n.bumpFactor!==void 0?n.bumpFactor:1,n.bumpTexture!==void 0&&i.push(this.parser.assignTexture(t,"bumpMap",n.bumpTexture)),Promise.all(i)}}class Lx{constructor(e){this.parser=e,this.name=Xe.KHR_MATERIALS_ANISOTROPY}getMaterialType(e){return ft(this.parser,e,this.name)!==null?En:null}extendMaterialParams(e,t){const n=ft(this.parser,e,this.name);if(n===null)return Promise.resolve();const i=[];return n.anisotropyStrength!==void 0&&(t.anisotropy=n.anisotropyStrength),n.anisotropyRotation!==void 0&&(t.anisotropyRotation=n.anisotropyRotation),n.anisotropyTexture!==void 0&&i.push(this.parser.assignTexture(t,"anisotropyMap",n.anisotropyTexture)),Promise.all(i)}}class Px{constructor(e){this.parser=e,this.name=Xe.KHR_TEXTURE_BASISU}loadTexture(e){const t=this.parser,n=t.json,i=n.textures[e];if(!i.extensions||!i.extensions[this.name])return null;const r=i.extensions[this.name],a=t.options.ktx2Loader;if(!a){if(n.extensionsRequired&&n.extensionsRequired.indexOf(this.name)>=0)throw new Error("THREE.GLTFLoader: setKTX2Loader must be called before loading KTX2 textures");return null}return t.loadTextureImage(e,r.source,a)}}class Ix{constructor(e){this.parser=e,this.name=Xe.EXT_TEXTURE_WEBP}loadTexture(e){const t=this.name,n=this.parser,i=n.json,r=i.textures[e];if(!r.extensions||!r.extensions[t])return null;const a=r.extensions[t],o=i.images[a.source];let l=n.textureLoader;if(o.uri){const c=n.options.manager.getHandler(o.uri);c!==null&&(l=c)}return n.loadTextureImage(e,a.source,l)}}class Dx{constructor(e){this.parser=e,this.name=Xe.EXT_TEXTURE_AVIF}loadTexture(e){const t=this.name,n=this.parser,i=n.json,r=i.textures[e];if(!r.extensions||!r.extensions[t])return null;const a=r.extensions[t],o=i.images[a.source];let l=n.textureLoader;if(o.uri){const c=n.options.manager.getHandler(o.uri);c!==null&&(l=c)}return n.loadTextureImage(e,a.source,l)}}class xh{constructor(e,t){this.name=t,this.parser=e}loadBufferView(e){const t=this.parser.json,n=t.bufferViews[e];if(n.extensions&&n.extensions[this.name]){const i=n.extensions[this.name],r=this.parser.getDependency("buffer",i.buffer),a=this.parser.options.meshoptDecoder;if(!a||!a.supported){if(t.extensionsRequired&&t.extensionsRequired.indexOf(this.name)>=0)throw new Error("THREE.GLTFLoader: setMeshoptDecoder must be called before loading compressed files");return null}return r.then(function(o){const l=i.byteOffset||0,c=i.byteLength||0,h=i.count,d=i.byteStride,u=new Uint8Array(o,l,c);return a.decodeGltfBufferAsync?a.decodeGltfBufferAsync(h,d,u,i.mode,i.filter).then(function(f){return f.buffer}):a.ready.then(function(){const f=new ArrayBuffer(h*d);return a.decodeGltfBuffer(new Uint8Array(f),h,d,u,i.mode,i.filter),f})})}else return null}}class Nx{constructor(e){this.name=Xe.EXT_MESH_GPU_INSTANCING,this.parser=e}createNodeMesh(e){const t=this.parser.json,n=t.nodes[e];if(!n.extensions||!n.extensions[this.name]||n.mesh===void 0)return null;const i=t.meshes[n.mesh];for(const c of i.primitives)if(c.mode!==on.TRIANGLES&&c.mode!==on.TRIANGLE_STRIP&&c.mode!==on.TRIANGLE_FAN&&c.mode!==void 0)return null;const a=n.extensions[this.name].attributes,o=[],l={};for(const c in a)o.push(this.parser.getDependency("accessor",a[c]).then(h=>(l[c]=h,l[c])));return o.length<1?null:(o.push(this.parser.createNodeMesh(e)),Promise.all(o).then(c=>{const h=c.pop(),d=h.isGroup?h.children:[h],u=c[0].count,f=[];for(const p of d){const v=new He,m=new U,g=new vt,y=new U(1,1,1),T=new zd(p.geometry,p.material,u);for(let R=0;R<u;R++)l.TRANSLATION&&m.fromBufferAttribute(l.TRANSLATION,R),l.ROTATION&&g.fromBufferAttribute(l.ROTATION,R),l.SCALE&&y.fromBufferAttribute(l.SCALE,R),T.setMatrixAt(R,v.compose(m,g,y));let S=null;for(const R in l)if(R==="_COLOR_0"){const w=l[R];T.instanceColor=new Qr(w.array,w.itemSize,w.normalized)}else if(R!=="TRANSLATION"&&R!=="ROTATION"&&R!=="SCALE"){if(S===null){const _=T.geometry;S=new bn,S.name=_.name;for(const b in _.attributes)S.setAttribute(b,_.attributes[b]);for(const b in _.morphAttributes)S.morphAttributes[b]=_.morphAttributes[b];_.index!==null&&S.setIndex(_.index),S.morphTargetsRelative=_.morphTargetsRelative;for(const b of _.groups)S.addGroup(b.start,b.count,b.materialIndex);_.boundingBox!==null&&(S.boundingBox=_.boundingBox.clone()),_.boundingSphere!==null&&(S.boundingSphere=_.boundingSphere.clone()),S.drawRange.start=_.drawRange.start,S.drawRange.count=_.drawRange.count,S.userData=Object.assign({},_.userData),T.geometry=S}const w=l[R];S.setAttribute(R,new Qr(w.array,w.itemSize,w.normalized))}ot.prototype.copy.call(T,p),this.parser.assignFinalMaterial(T),f.push(T)}return h.isGroup?(h.clear(),h.add(...f),h):f[0]}))}}const fu="glTF",ws=12,yh={JSON:1313821514,BIN:5130562};class Ux{constructor(e){this.name=Xe.KHR_BINARY_GLTF,this.content=null,this.body=null;const t=new DataView(e,0,ws),n=new TextDecoder;if(this.header={magic:n.decode(new Uint8Array(e.slice(0,4))),version:t.getUint32(4,!0),length:t.getUint32(8,!0)},this.header.magic!==fu)throw new Error("THREE.GLTFLoader: Unsupported glTF-Binary header.");if(this.header.version<2)throw new Error("THREE.GLTFLoader: Legacy binary file detected.");const i=this.header.length-ws,r=new DataView(e,ws);let a=0;for(;a<i;){const o=r.getUint32(a,!0);a+=4;const l=r.getUint32(a,!0);if(a+=4,l===yh.JSON){const c=new Uint8Array(e,ws+a,o);this.content=n.decode(c)}else if(l===yh.BIN){const c=ws+a;this.body=e.slice(c,c+o)}a+=o}if(this.content===null)throw new Error("THREE.GLTFLoader: JSON content not found.")}}class kx{constructor(e,t){if(!t)throw new Error("THREE.GLTFLoader: No DRACOLoader instance provided.");this.name=Xe.KHR_DRACO_MESH_COMPRESSION,this.json=e,this.dracoLoader=t,this.dracoLoader.preload()}decodePrimitive(e,t){const n=this.json,i=this.dracoLoader,r=e.extensions[this.name].bufferView,a=e.extensions[this.name].attributes,o={},l={},c={};for(const h in a){const d=Zo[h]||h.toLowerCase();o[d]=a[h]}for(const h in e.attributes){const d=Zo[h]||h.toLowerCase();if(a[h]!==void 0){const u=n.accessors[e.attributes[h]],f=Qi[u.componentType];c[d]=f.name,l[d]=u.normalized===!0}}return t.getDependency("bufferView",r).then(function(h){return new Promise(function(d,u){i.decodeDracoFile(h,function(f){for(const p in f.attributes){const v=f.attributes[p],m=l[p];m!==void 0&&(v.normalized=m)}d(f)},o,c,Qt,u)})})}}class Ox{constructor(){this.name=Xe.KHR_TEXTURE_TRANSFORM}extendTexture(e,t){if((t.texCoord===void 0||t.texCoord===e.channel)&&t.offset===void 0&&t.rotation===void 0&&t.scale===void 0)return e;if(e=e.clone(),t.texCoord!==void 0&&(e.channel=t.texCoord),t.offset!==void 0&&e.offset.fromArray(t.offset),t.rotation!==void 0&&(e.rotation=t.rotation),t.scale!==void 0&&e.repeat.fromArray(t.scale),t.rotation!==void 0){const n=Math.cos(e.rotation),i=Math.sin(e.rotation);e.matrix.set(e.repeat.x*n,e.repeat.y*i,e.offset.x,-e.repeat.x*i,e.repeat.y*n,e.offset.y,0,0,1),e.matrixAutoUpdate=!1}return e.needsUpdate=!0,e}}class Fx{constructor(){this.name=Xe.KHR_MESH_QUANTIZATION}}class pu extends cs{constructor(e,t,n,i){super(e,t,n,i)}copySampleValue_(e){const t=this.resultBuffer,n=this.sampleValues,i=this.valueSize,r=e*i*3+i;for(let a=0;a!==i;a++)t[a]=n[r+a];return t}interpolate_(e,t,n,i){const r=this.resultBuffer,a=this.sampleValues,o=this.valueSize,l=o*2,c=o*3,h=i-t,d=(n-t)/h,u=d*d,f=u*d,p=e*c,v=p-c,m=-2*f+3*u,g=f-u,y=1-m,T=g-u+d;for(let S=0;S!==o;S++){const R=a[v+S+o],w=a[v+S+l]*h,_=a[p+S+o],b=a[p+S]*h;r[S]=y*R+T*w+m*_+g*b}return r}}const Bx=new vt;class zx extends pu{interpolate_(e,t,n,i){const r=super.interpolate_(e,t,n,i);return Bx.fromArray(r).normalize().toArray(r),r}}const on={POINTS:0,LINES:1,LINE_LOOP:2,LINE_STRIP:3,TRIANGLES:4,TRIANGLE_STRIP:5,TRIANGLE_FAN:6},Qi={5120:Int8Array,5121:Uint8Array,5122:Int16Array,5123:Uint16Array,5125:Uint32Array,5126:Float32Array},Mh={9728:St,9729:Nt,9984:vd,9985:Fr,9986:Ds,9987:Un},Sh={33071:Nn,33648:$r,10497:ns},Va={SCALAR:1,VEC2:2,VEC3:3,VEC4:4,MAT2:4,MAT3:9,MAT4:16},Zo={POSITION:"position",NORMAL:"normal",TANGENT:"tangent",TEXCOORD_0:"uv",TEXCOORD_1:"uv1",TEXCOORD_2:"uv2",TEXCOORD_3:"uv3",COLOR_0:"color",WEIGHTS_0:"skinWeight",JOINTS_0:"skinIndex"},ai={scale:"scale",translation:"position",rotation:"quaternion",weights:"morphTargetInfluences"},Hx={CUBICSPLINE:void 0,LINEAR:$s,STEP:Xs},Wa={OPAQUE:"OPAQUE",MASK:"MASK",BLEND:"BLEND"};function Gx(s){return s.DefaultMaterial===void 0&&(s.DefaultMaterial=new Ai({color:16777215,emissive:0,metalness:1,roughness:1,transparent:!1,depthTest:!0,side:fi})),s.DefaultMaterial}function Si(s,e,t){for(const n in t.extensions)s[n]===void 0&&(e.userData.gltfExtensions=e.userData.gltfExtensions||{},e.userData.gltfExtensions[n]=t.extensions[n])}function Pn(s,e){e.extras!==void 0&&(typeof e.extras=="object"?Object.assign(s.userData,e.extras):console.warn("THREE.GLTFLoader: Ignoring primitive type .extras, "+e.extras))}function Vx(s,e,t){let n=!1,i=!1,r=!1;for(let c=0,h=e.length;c<h;c++){const d=e[c];if(d.POSITION!==void 0&&(n=!0),d.NORMAL!==void 0&&(i=!0),d.COLOR_0!==void 0&&(r=!0),n&&i&&r)break}if(!n&&!i&&!r)return Promise.resolve(s);const a=[],o=[],l=[];for(let c=0,h=e.length;c<h;c++){const d=e[c];if(n){const u=d.POSITION!==void 0?t.getDependency("accessor",d.POSITION):s.attributes.position;a.push(u)}if(i){const u=d.NORMAL!==void 0?t.getDependency("accessor",d.NORMAL):s.attributes.normal;o.push(u)}if(r){const u=d.COLOR_0!==void 0?t.getDependency("accessor",d.COLOR_0):s.attributes.color;l.push(u)}}return Promise.all([Promise.all(a),Promise.all(o),Promise.all(l)]).then(function(c){const h=c[0],d=c[1],u=c[2];return n&&(s.morphAttributes.position=h),i&&(s.morphAttributes.normal=d),r&&(s.morphAttributes.color=u),s.morphTargetsRelative=!0,s})}function Wx(s,e){if(s.updateMorphTargets(),e.weights!==void 0)for(let t=0,n=e.weights.length;t<n;t++)s.morphTargetInfluences[t]=e.weights[t];if(e.extras&&Array.isArray(e.extras.targetNames)){const t=e.extras.targetNames;if(s.morphTargetInfluences.length===t.length){s.morphTargetDictionary={};for(let n=0,i=t.length;n<i;n++)s.morphTargetDictionary[t[n]]=n}else console.warn("THREE.GLTFLoader: Invalid extras.targetNames length. Ignoring names.")}}function Xx(s){let e;const t=s.extensions&&s.extensions[Xe.KHR_DRACO_MESH_COMPRESSION];if(t?e="draco:"+t.bufferView+":"+t.indices+":"+Xa(t.attributes):e=s.indices+":"+Xa(s.attributes)+":"+s.mode,s.targets!==void 0)for(let n=0,i=s.targets.length;n<i;n++)e+=":"+Xa(s.targets[n]);return e}function Xa(s){let e="";const t=Object.keys(s).sort();for(let n=0,i=t.length;n<i;n++)e+=t[n]+":"+s[t[n]]+";";return e}function Jo(s){switch(s){case Int8Array:return 1/127;case Uint8Array:return 1/255;case Int16Array:return 1/32767;case Uint16Array:return 1/65535;default:throw new Error("THREE.GLTFLoader: Unsupported normalized accessor component type.")}}function $x(s){return s.search(/\.jpe?g($|\?)/i)>0||s.search(/^data\:image\/jpeg/)===0?"image/jpeg":s.search(/\.webp($|\?)/i)>0||s.search(/^data\:image\/webp/)===0?"image/webp":s.search(/\.ktx2($|\?)/i)>0||s.search(/^data\:image\/ktx2/)===0?"image/ktx2":"image/png"}const qx=new He;class Kx{constructor(e={},t={}){this.json=e,this.extensions={},this.plugins={},this.options=t,this.cache=new gx,this.associations=new Map,this.primitiveCache={},this.nodeCache={},this.meshCache={refs:{},uses:{}},this.cameraCache={refs:{},uses:{}},this.lightCache={refs:{},uses:{}},this.sourceCache={},this.textureCache={},this.nodeNamesUsed={};let n=!1,i=-1,r=!1,a=-1;if(typeof navigator<"u"&&typeof navigator.userAgent<"u"){const o=navigator.userAgent;n=/^((?!chrome|android).)*safari/i.test(o)===!0;const l=o.match(/Version\/(\d+)/);i=n&&l?parseInt(l[1],10):-1,r=o.indexOf("Firefox")>-1,a=r?o.match(/Firefox\/([0-9]+)\./)[1]:-1}typeof createImageBitmap>"u"||n&&i<17||r&&a<98?(this.textureLoader=new Qp(this.options.manager),this.textureLoader.setPriority(this.options.priority),this.textureLoader.setCache(this.options.cache)):(this.textureLoader=new rm(this.options.manager),this.textureLoader.setPriority(this.options.priority),this.textureLoader.setCache(this.options.cache)),this.textureLoader.setCrossOrigin(this.options.crossOrigin),this.textureLoader.setWithCredentials(this.options.withCredentials),this.textureLoader.setRequestHeader(this.options.requestHeader),this.fileLoader=new Zd(this.options.manager),this.fileLoader.setPriority(this.options.priority),this.fileLoader.setCache(this.options.cache),this.fileLoader.setResponseType("arraybuffer"),(this.options.withCredentials||this.options.crossOrigin==="use-credentials")&&this.fileLoader.setWithCredentials(!0)}setExtensions(e){this.extensions=e}setPlugins(e){this.plugins=e}parse(e,t){const n=this,i=this.json,r=this.extensions;this.cache.removeAll(),this.nodeCache={},this._invokeAll(function(a){return a._markDefs&&a._markDefs()}),Promise.all(this._invokeAll(function(a){return a.beforeRoot&&a.beforeRoot()})).then(function(){return Promise.all([n.getDependencies("scene"),n.getDependencies("animation"),n.getDependencies("camera")])}).then(function(a){const o={scene:a[0][i.scene||0],scenes:a[0],animations:a[1],cameras:a[2],asset:i.asset,parser:n,userData:{}};return Si(r,o,i),Pn(o,i),Promise.all(n._invokeAll(function(l){return l.afterRoot&&l.afterRoot(o)})).then(function(){for(const l of o.scenes)l.updateMatrixWorld();e(o)})}).catch(t)}_markDefs(){const e=this.json.nodes||[],t=this.json.skins||[],n=this.json.meshes||[];for(let i=0,r=t.length;i<r;i++){const a=t[i].joints;for(let o=0,l=a.length;o<l;o++)e[a[o]].isBone=!0}for(let i=0,r=e.length;i<r;i++){const a=e[i];a.mesh!==void 0&&(this._addNodeRef(this.meshCache,a.mesh),a.skin!==void 0&&(n[a.mesh].isSkinnedMesh=!0)),a.camera!==void 0&&this._addNodeRef(this.cameraCache,a.camera)}}_addNodeRef(e,t){t!==void 0&&(e.refs[t]===void 0&&(e.refs[t]=e.uses[t]=0),e.refs[t]++)}_getNodeRef(e,t,n){if(e.refs[t]<=1)return n;const i=n.clone(),r=(a,o)=>{const l=this.associations.get(a);l!=null&&this.associations.set(o,l);for(const[c,h]of a.children.entries())r(h,o.children[c])};return r(n,i),i.name+="_instance_"+e.uses[t]++,i}_invokeOne(e){const t=Object.values(this.plugins);t.push(this);for(let n=0;n<t.length;n++){const i=e(t[n]);if(i)return i}return null}_invokeAll(e){const t=Object.values(this.plugins);t.unshift(this);const n=[];for(let i=0;i<t.length;i++){const r=e(t[i]);r&&n.push(r)}return n}getDependency(e,t){const n=e+":"+t;let i=this.cache.get(n);if(!i){switch(e){case"scene":i=this.loadScene(t);break;case"node":i=this._invokeOne(function(r){return r.loadNode&&r.loadNode(t)});break;case"mesh":i=this._invokeOne(function(r){return r.loadMesh&&r.loadMesh(t)});break;case"accessor":i=this.loadAccessor(t);break;case"bufferView":i=this._invokeOne(function(r){return r.loadBufferView&&r.loadBufferView(t)});break;case"buffer":i=this.loadBuffer(t);break;case"material":i=this._invokeOne(function(r){return r.loadMaterial&&r.loadMaterial(t)});break;case"texture":i=this._invokeOne(function(r){return r.loadTexture&&r.loadTexture(t)});break;case"skin":i=this.loadSkin(t);break;case"animation":i=this._invokeOne(function(r){return r.loadAnimation&&r.loadAnimation(t)});break;case"camera":i=this.loadCamera(t);break;default:if(i=this._invokeOne(function(r){return r!=this&&r.getDependency&&r.getDependency(e,t)}),!i)throw new Error("Unknown type: "+e);break}this.cache.add(n,i)}return i}getDependencies(e){let t=this.cache.get(e);if(!t){const n=this,i=this.json[e+(e==="mesh"?"es":"s")]||[];t=Promise.all(i.map(function(r,a){return n.getDependency(e,a)})),this.cache.add(e,t)}return t}loadBuffer(e){const t=this.json.buffers[e],n=this.fileLoader;if(t.type&&t.type!=="arraybuffer")throw new Error("THREE.GLTFLoader: "+t.type+" buffer type is not supported.");if(t.uri===void 0&&e===0)return Promise.resolve(this.extensions[Xe.KHR_BINARY_GLTF].body);const i=this.options;return new Promise(function(r,a){n.load(Bs.resolveURL(t.uri,i.path),r,void 0,function(){a(new Error('THREE.GLTFLoader: Failed to load buffer "'+t.uri+'".'))})})}loadBufferView(e){const t=this.json.bufferViews[e];return this.getDependency("buffer",t.buffer).then(function(n){const i=t.byteLength||0,r=t.byteOffset||0;return n.slice(r,r+i)})}loadAccessor(e){const t=this,n=this.json,i=this.json.accessors[e];if(i.bufferView===void 0&&i.sparse===void 0){const a=Va[i.type],o=Qi[i.componentType],l=i.normalized===!0,c=new o(i.count*a);return Promise.resolve(new hn(c,a,l))}const r=[];return i.bufferView!==void 0?r.push(this.getDependency("bufferView",i.bufferView)):r.push(null),i.sparse!==void 0&&(r.push(this.getDependency("bufferView",i.sparse.indices.bufferView)),r.push(this.getDependency("bufferView",i.sparse.values.bufferView))),Promise.all(r).then(function(a){const o=a[0],l=Va[i.type],c=Qi[i.componentType],h=c.BYTES_PER_ELEMENT,d=h*l,u=i.byteOffset||0,f=i.bufferView!==void 0?n.bufferViews[i.bufferView].byteStride:void 0,p=i.normalized===!0;let v,m;if(f&&f!==d){const g=Math.floor(u/f),y="InterleavedBuffer:"+i.bufferView+":"+i.componentType+":"+g+":"+i.count;let T=t.cache.get(y);T||(v=new c(o,g*f,i.count*f/h),T=new xp(v,f/h),t.cache.add(y,T)),m=new bl(T,l,u%f/h,p)}else o===null?v=new c(i.count*l):v=new c(o,u,i.count*l),m=new hn(v,l,p);if(i.sparse!==void 0){const g=Va.SCALAR,y=Qi[i.sparse.indices.componentType],T=i.sparse.indices.byteOffset||0,S=i.sparse.values.byteOffset||0,R=new y(a[1],T,i.sparse.count*g),w=new c(a[2],S,i.sparse.count*l);o!==null&&(m=new hn(m.array.slice(),m.itemSize,m.normalized)),m.normalized=!1;for(let _=0,b=R.length;_<b;_++){const k=R[_];if(m.setX(k,w[_*l]),l>=2&&m.setY(k,w[_*l+1]),l>=3&&m.setZ(k,w[_*l+2]),l>=4&&m.setW(k,w[_*l+3]),l>=5)throw new Error("THREE.GLTFLoader: Unsupported itemSize in sparse BufferAttribute.")}m.normalized=p}return m})}loadTexture(e){const t=this.json,n=this.options,r=t.textures[e].source,a=t.images[r];let o=this.textureLoader;if(a.uri){const l=n.manager.getHandler(a.uri);l!==null&&(o=l)}return this.loadTextureImage(e,r,o)}loadTextureImage(e,t,n){const i=this,r=this.json,a=r.textures[e],o=r.images[t],l=(o.uri||o.bufferView)+":"+a.sampler;if(this.textureCache[l])return this.textureCache[l];const c=this.loadImageSource(t,n).then(function(h){h.flipY=!1,h.name=a.name||o.name||"",h.name===""&&typeof o.uri=="string"&&o.uri.startsWith("data:image/")===!1&&(h.name=o.uri);const u=(r.samplers||{})[a.sampler]||{};return h.magFilter=Mh[u.magFilter]||Nt,h.minFilter=Mh[u.minFilter]||Un,h.wrapS=Sh[u.wrapS]||ns,h.wrapT=Sh[u.wrapT]||ns,h.generateMipmaps=!h.isCompressedTexture&&h.minFilter!==St&&h.minFilter!==Nt,i.associations.set(h,{textures:e}),h}).catch(function(){return null});return this.textureCache[l]=c,c}loadImageSource(e,t){const n=this,i=this.json,r=this.options;if(this.sourceCache[e]!==void 0)return this.sourceCache[e].then(u=>u.clone());const a=i.images[e],o=self.URL||self.webkitURL;let l=a.uri||"",c=!1,h;if(t.isKTX2Loader===!0&&a.bufferView!==void 0)h=n.getDependency("bufferView",a.bufferView).then(function(u){return new Promise(function(f,p){t.parse(u,f,p)})});else{if(a.bufferView!==void 0)l=n.getDependency("bufferView",a.bufferView).then(function(u){c=!0;const f=new Blob([u],{type:a.mimeType});return l=o.createObjectURL(f),l});else if(a.uri===void 0)throw new Error("THREE.GLTFLoader: Image "+e+" is missing URI and bufferView");h=Promise.resolve(l).then(function(u){return new Promise(function(f,p){let v=f;t.isImageBitmapLoader===!0&&(v=function(m){const g=new bt(m);g.needsUpdate=!0,f(g)}),t.load(Bs.resolveURL(u,r.path),v,void 0,p)})})}const d=h.then(function(u){return c===!0&&o.revokeObjectURL(l),Pn(u,a),u.userData.mimeType=a.mimeType||$x(a.uri),u}).catch(function(u){throw console.error("THREE.GLTFLoader: Couldn't load texture",l),u});return this.sourceCache[e]=d,d}assignTexture(e,t,n,i){const r=this;return this.getDependency("texture",n.index).then(function(a){if(!a)return null;if(n.texCoord!==void 0&&n.texCoord>0&&(a=a.clone(),a.channel=n.texCoord),r.extensions[Xe.KHR_TEXTURE_TRANSFORM]){const o=n.extensions!==void 0?n.extensions[Xe.KHR_TEXTURE_TRANSFORM]:void 0;if(o){const l=r.associations.get(a);a=r.extensions[Xe.KHR_TEXTURE_TRANSFORM].extendTexture(a,o),r.associations.set(a,l)}}return i!==void 0&&(a.colorSpace=i),e[t]=a,a})}assignFinalMaterial(e){const t=e.geometry;let n=e.material;const i=t.attributes.tangent===void 0,r=t.attributes.color!==void 0,a=t.attributes.normal===void 0;if(e.isPoints){const o="PointsMaterial:"+n.uuid;let l=this.cache.get(o);l||(l=new Gd,Mn.prototype.copy.call(l,n),l.color.copy(n.color),l.map=n.map,l.sizeAttenuation=!1,this.cache.add(o,l)),n=l}else if(e.isLine){const o="LineBasicMaterial:"+n.uuid;let l=this.cache.get(o);l||(l=new Hd,Mn.prototype.copy.call(l,n),l.color.copy(n.color),l.map=n.map,this.cache.add(o,l)),n=l}if(i||r||a){let o="ClonedMaterial:"+n.uuid+":";i&&(o+="derivative-tangents:"),r&&(o+="vertex-colors:"),a&&(o+="flat-shading:");let l=this.cache.get(o);l||(l=n.clone(),r&&(l.vertexColors=!0),a&&(l.flatShading=!0),i&&(l.normalScale&&(l.normalScale.y*=-1),l.clearcoatNormalScale&&(l.clearcoatNormalScale.y*=-1)),this.cache.add(o,l),this.associations.set(l,this.associations.get(n))),n=l}e.material=n}getMaterialType(){return Ai}loadMaterial(e){const t=this,n=this.json,i=this.extensions,r=n.materials[e];let a;const o={},l=r.extensions||{},c=[];if(l[Xe.KHR_MATERIALS_UNLIT]){const d=i[Xe.KHR_MATERIALS_UNLIT];a=d.getMaterialType(),c.push(d.extendParams(o,r,t))}else{const d=r.pbrMetallicRoughness||{};if(o.color=new Ie(1,1,1),o.opacity=1,Array.isArray(d.baseColorFactor)){const u=d.baseColorFactor;o.color.setRGB(u[0],u[1],u[2],Qt),o.opacity=u[3]}d.baseColorTexture!==void 0&&c.push(t.assignTexture(o,"map",d.baseColorTexture,It)),o.metalness=d.metallicFactor!==void 0?d.metallicFactor:1,o.roughness=d.roughnessFactor!==void 0?d.roughnessFactor:1,d.metallicRoughnessTexture!==void 0&&(c.push(t.assignTexture(o,"metalnessMap",d.metallicRoughnessTexture)),c.push(t.assignTexture(o,"roughnessMap",d.metallicRoughnessTexture))),a=this._invokeOne(function(u){return u.getMaterialType&&u.getMaterialType(e)}),c.push(Promise.all(this._invokeAll(function(u){return u.extendMaterialParams&&u.extendMaterialParams(e,o)})))}r.doubleSided===!0&&(o.side=Dn);const h=r.alphaMode||Wa.OPAQUE;if(h===Wa.BLEND?(o.transparent=!0,o.depthWrite=!1):(o.transparent=!1,h===Wa.MASK&&(o.alphaTest=r.alphaCutoff!==void 0?r.alphaCutoff:.5)),r.normalTexture!==void 0&&a!==ui&&(c.push(t.assignTexture(o,"normalMap",r.normalTexture)),o.normalScale=new De(1,1),r.normalTexture.scale!==void 0)){const d=r.normalTexture.scale;o.normalScale.set(d,d)}if(r.occlusionTexture!==void 0&&a!==ui&&(c.push(t.assignTexture(o,"aoMap",r.occlusionTexture)),r.occlusionTexture.strength!==void 0&&(o.aoMapIntensity=r.occlusionTexture.strength)),r.emissiveFactor!==void 0&&a!==ui){const d=r.emissiveFactor;o.emissive=new Ie().setRGB(d[0],d[1],d[2],Qt)}return r.emissiveTexture!==void 0&&a!==ui&&c.push(t.assignTexture(o,"emissiveMap",r.emissiveTexture,It)),Promise.all(c).then(function(){const d=new a(o);return r.name&&(d.name=r.name),Pn(d,r),t.associations.set(d,{materials:e}),r.extensions&&Si(i,d,r),d})}createUniqueName(e){const t=Qe.sanitizeNodeName(e||"");return t in this.nodeNamesUsed?t+"_"+ ++this.nodeNamesUsed[t]:(this.nodeNamesUsed[t]=0,t)}loadGeometries(e){const t=this,n=this.extensions,i=this.primitiveCache;function r(o){return n[Xe.KHR_DRACO_MESH_COMPRESSION].decodePrimitive(o,t).then(function(l){return bh(l,o,t)})}const a=[];for(let o=0,l=e.length;o<l;o++){const c=e[o],h=Xx(c),d=i[h];if(d)a.push(d.promise);else{let u;c.extensions&&c.extensions[Xe.KHR_DRACO_MESH_COMPRESSION]?u=r(c):u=bh(new bn,c,t),c.mode===on.TRIANGLE_STRIP?u=u.then(f=>vh(f,wd)):c.mode===on.TRIANGLE_FAN&&(u=u.then(f=>vh(f,$o))),i[h]={primitive:c,promise:u},a.push(u)}}return Promise.all(a)}loadMesh(e){const t=this,n=this.json,i=this.extensions,r=n.meshes[e],a=r.primitives,o=[];for(let l=0,c=a.length;l<c;l++){const h=a[l].material===void 0?Gx(this.cache):this.getDependency("material",a[l].material);o.push(h)}return o.push(t.loadGeometries(a)),Promise.all(o).then(async function(l){const c=l.slice(0,l.length-1),h=l[l.length-1],d=[];for(let f=0,p=h.length;f<p;f++){const v=h[f],m=a[f];let g;const y=c[f];if(m.mode===on.TRIANGLES||m.mode===on.TRIANGLE_STRIP||m.mode===on.TRIANGLE_FAN||m.mode===void 0){const T=r.isSkinnedMesh===!0,S=v.hasAttribute("skinIndex")&&v.hasAttribute("skinWeight");T&&S===!1&&console.warn("THREE.GLTFLoader: Missing skinIndex or skinWeight attributes. Skinning disabled."),g=T&&S?new wp(v,y):new ut(v,y),g.isSkinnedMesh===!0&&g.normalizeSkinWeights()}else if(m.mode===on.LINES)g=new Cp(v,y);else if(m.mode===on.LINE_STRIP)g=new Al(v,y);else if(m.mode===on.LINE_LOOP)g=new Lp(v,y);else if(m.mode===on.POINTS)g=new Pp(v,y);else throw new Error("THREE.GLTFLoader: Primitive mode unsupported: "+m.mode);Object.keys(g.geometry.morphAttributes).length>0&&Wx(g,r),g.name=t.createUniqueName(r.name||"mesh_"+e),Pn(g,r),m.extensions&&Si(i,g,m),t.assignFinalMaterial(g),d.push(g)}for(let f=0,p=d.length;f<p;f++)t.associations.set(d[f],{meshes:e,primitives:f});if(d.length===1)return r.extensions&&Si(i,d[0],r),d[0];const u=new di;r.extensions&&Si(i,u,r),t.associations.set(u,{meshes:e});for(let f=0,p=d.length;f<p;f++)u.add(d[f]);return u})}loadCamera(e){let t;const n=this.json.cameras[e],i=n[n.type];if(!i){console.warn("THREE.GLTFLoader: Missing camera parameters.");return}return n.type==="perspective"?t=new Bt(Id.radToDeg(i.yfov),i.aspectRatio||1,i.znear||1,i.zfar||2e6):n.type==="orthographic"&&(t=new Cl(-i.xmag,i.xmag,i.ymag,-i.ymag,i.znear,i.zfar)),n.name&&(t.name=this.createUniqueName(n.name)),Pn(t,n),Promise.resolve(t)}loadSkin(e){const t=this.json.skins[e],n=[];for(let i=0,r=t.joints.length;i<r;i++)n.push(this._loadNodeShallow(t.joints[i]));return t.inverseBindMatrices!==void 0?n.push(this.getDependency("accessor",t.inverseBindMatrices)):n.push(null),Promise.all(n).then(function(i){const r=i.pop(),a=i,o=[],l=[];for(let c=0,h=a.length;c<h;c++){const d=a[c];if(d){o.push(d);const u=new He;r!==null&&u.fromArray(r.array,c*16),l.push(u)}else console.warn('THREE.GLTFLoader: Joint "%s" could not be found.',t.joints[c])}return new wl(o,l)})}loadAnimation(e){const t=this.json,n=this,i=t.animations[e],r=i.name?i.name:"animation_"+e,a=[],o=[],l=[],c=[],h=[];for(let d=0,u=i.channels.length;d<u;d++){const f=i.channels[d],p=i.samplers[f.sampler],v=f.target,m=v.node,g=i.parameters!==void 0?i.parameters[p.input]:p.input,y=i.parameters!==void 0?i.parameters[p.output]:p.output;v.node!==void 0&&(a.push(this.getDependency("node",m)),o.push(this.getDependency("accessor",g)),l.push(this.getDependency("accessor",y)),c.push(p),h.push(v))}return Promise.all([Promise.all(a),Promise.all(o),Promise.all(l),Promise.all(c),Promise.all(h)]).then(function(d){const u=d[0],f=d[1],p=d[2],v=d[3],m=d[4],g=[];for(let T=0,S=u.length;T<S;T++){const R=u[T],w=f[T],_=p[T],b=v[T],k=m[T];if(R===void 0)continue;R.updateMatrix&&R.updateMatrix();const P=n._createAnimationTracks(R,w,_,b,k);if(P)for(let N=0;N<P.length;N++)g.push(P[N])}const y=new Ko(r,void 0,g);return Pn(y,i),y})}createNodeMesh(e){const t=this.json,n=this,i=t.nodes[e];return i.mesh===void 0?null:n.getDependency("mesh",i.mesh).then(function(r){const a=n._getNodeRef(n.meshCache,i.mesh,r);return i.weights!==void 0&&a.traverse(function(o){if(o.isMesh)for(let l=0,c=i.weights.length;l<c;l++)o.morphTargetInfluences[l]=i.weights[l]}),a})}loadNode(e){const t=this.json,n=this,i=t.nodes[e],r=n._loadNodeShallow(e),a=[],o=i.children||[];for(let c=0,h=o.length;c<h;c++)a.push(n.getDependency("node",o[c]));const l=i.skin===void 0?Promise.resolve(null):n.getDependency("skin",i.skin);return Promise.all([r,Promise.all(a),l]).then(function(c){const h=c[0],d=c[1],u=c[2];u!==null&&h.traverse(function(f){f.isSkinnedMesh&&f.bind(u,qx)});for(let f=0,p=d.length;f<p;f++)h.add(d[f]);if(h.userData.pivot!==void 0&&d.length>0){const f=h.userData.pivot,p=d[0];h.pivot=new U().fromArray(f),h.position.x-=f[0],h.position.y-=f[1],h.position.z-=f[2],p.position.set(0,0,0),delete h.userData.pivot}return h})}_loadNodeShallow(e){const t=this.json,n=this.extensions,i=this;if(this.nodeCache[e]!==void 0)return this.nodeCache[e];const r=t.nodes[e],a=r.name?i.createUniqueName(r.name):"",o=[],l=i._invokeOne(function(c){return c.createNodeMesh&&c.createNodeMesh(e)});return l&&o.push(l),r.camera!==void 0&&o.push(i.getDependency("camera",r.camera).then(function(c){return i._getNodeRef(i.cameraCache,r.camera,c)})),i._invokeAll(function(c){return c.createNodeAttachment&&c.createNodeAttachment(e)}).forEach(function(c){o.push(c)}),this.nodeCache[e]=Promise.all(o).then(function(c){let h;if(r.isBone===!0?h=new Bd:c.length>1?h=new di:c.length===1?h=c[0]:h=new ot,h!==c[0])for(let d=0,u=c.length;d<u;d++)h.add(c[d]);if(r.name&&(h.userData.name=r.name,h.name=a),Pn(h,r),r.extensions&&Si(n,h,r),r.matrix!==void 0){const d=new He;d.fromArray(r.matrix),h.applyMatrix4(d)}else r.translation!==void 0&&h.position.fromArray(r.translation),r.rotation!==void 0&&h.quaternion.fromArray(r.rotation),r.scale!==void 0&&h.scale.fromArray(r.scale);if(!i.associations.has(h))i.associations.set(h,{});else if(r.mesh!==void 0&&i.meshCache.refs[r.mesh]>1){const d=i.associations.get(h);i.associations.set(h,{...d})}return i.associations.get(h).nodes=e,h}),this.nodeCache[e]}loadScene(e){const t=this.extensions,n=this.json.scenes[e],i=this,r=new di;n.name&&(r.name=i.createUniqueName(n.name)),Pn(r,n),n.extensions&&Si(t,r,n);const a=n.nodes||[],o=[];for(let l=0,c=a.length;l<c;l++)o.push(i.getDependency("node",a[l]));return Promise.all(o).then(function(l){for(let h=0,d=l.length;h<d;h++){const u=l[h];u.parent!==null?r.add(mx(u)):r.add(u)}const c=h=>{const d=new Map;for(const[u,f]of i.associations)(u instanceof Mn||u instanceof bt)&&d.set(u,f);return h.traverse(u=>{const f=i.associations.get(u);f!=null&&d.set(u,f)}),d};return i.associations=c(r),r})}_createAnimationTracks(e,t,n,i,r){const a=[],o=e.name?e.name:e.uuid,l=[];function c(f){f.morphTargetInfluences&&l.push(f.name?f.name:f.uuid)}ai[r.path]===ai.weights?(c(e),e.isGroup&&e.children.forEach(c)):l.push(o);let h;switch(ai[r.path]){case ai.weights:h=js;break;case ai.rotation:h=Zs;break;case ai.translation:case ai.scale:h=na;break;default:n.itemSize===1?h=js:h=na;break}const d=i.interpolation!==void 0?Hx[i.interpolation]:$s,u=this._getArrayFromAccessor(n);for(let f=0,p=l.length;f<p;f++){const v=new h(l[f]+"."+ai[r.path],t.array,u,d);i.interpolation==="CUBICSPLINE"&&this._createCubicSplineTrackInterpolant(v),a.push(v)}return a}_getArrayFromAccessor(e){let t=e.array;if(e.normalized){const n=Jo(t.constructor),i=new Float32Array(t.length);for(let r=0,a=t.length;r<a;r++)i[r]=t[r]*n;t=i}return t}_createCubicSplineTrackInterpolant(e){e.createInterpolant=function(n){const i=this instanceof Zs?zx:pu;return new i(this.times,this.values,this.getValueSize()/3,n)},e.createInterpolant.isInterpolantFactoryMethodGLTFCubicSpline=!0}}function Yx(s,e,t){const n=e.attributes,i=new dn;if(n.POSITION!==void 0){const o=t.json.accessors[n.POSITION],l=o.min,c=o.max;if(l!==void 0&&c!==void 0){if(i.set(new U(l[0],l[1],l[2]),new U(c[0],c[1],c[2])),o.normalized){const h=Jo(Qi[o.componentType]);i.min.multiplyScalar(h),i.max.multiplyScalar(h)}}else{console.warn("THREE.GLTFLoader: Missing min/max properties for accessor POSITION.");return}}else return;const r=e.targets;if(r!==void 0){const o=new U,l=new U;for(let c=0,h=r.length;c<h;c++){const d=r[c];if(d.POSITION!==void 0){const u=t.json.accessors[d.POSITION],f=u.min,p=u.max;if(f!==void 0&&p!==void 0){if(l.setX(Math.max(Math.abs(f[0]),Math.abs(p[0]))),l.setY(Math.max(Math.abs(f[1]),Math.abs(p[1]))),l.setZ(Math.max(Math.abs(f[2]),Math.abs(p[2]))),u.normalized){const v=Jo(Qi[u.componentType]);l.multiplyScalar(v)}o.max(l)}else console.warn("THREE.GLTFLoader: Missing min/max properties for accessor POSITION.")}}i.expandByVector(o)}s.boundingBox=i;const a=new zn;i.getCenter(a.center),a.radius=i.min.distanceTo(i.max)/2,s.boundingSphere=a}function bh(s,e,t){const n=e.attributes,i=[];function r(a,o){return t.getDependency("accessor",a).then(function(l){s.setAttribute(o,l)})}for(const a in n){const o=Zo[a]||a.toLowerCase();o in s.attributes||i.push(r(n[a],o))}if(e.indices!==void 0&&!s.index){const a=t.getDependency("accessor",e.indices).then(function(o){s.setIndex(o)});i.push(a)}return $e.workingColorSpace!==Qt&&"COLOR_0"in n&&console.warn(`THREE.GLTFLoader: Converting vertex colors from "srgb-linear" to "${$e.workingColorSpace}" not supported.`),Pn(s,e),Yx(s,e,t),Promise.all(i).then(function(){return e.targets!==void 0?Vx(s,e.targets,t):s})}const $a=6;class mu{constructor(e,t,n){this.values=e,this.channels=t,this.fps=n,this.width=t.expression.length+t.head.length,this.frames=e.length/this.width}values;channels;fps;frames;width;at(e,t,n){const i=t==="head"?this.channels.expression.length:0;return this.values[e*this.width+i+n]??0}frame(e){return Math.min(Math.max(Math.round(e*this.fps),0),this.frames-1)}pose(e){const t=Math.min(Math.max(e*this.fps,0),this.frames-1),n=Math.floor(t),i=t-n,r=this.row(n),a=r.slice(0,-$a),o=r.slice(-$a);if(i>1e-4){const l=this.row(Math.min(n+1,this.frames-1));for(let d=0;d<a.length;d++)a[d]+=i*(l[d]-a[d]);const c=l.subarray(a.length),h=Nl(os(o).slerp(os(c),i));for(let d=3;d<$a;d++)o[d]+=i*(c[d]-o[d]);o.set(h)}return{expression:a,head:o}}angles(e){return Ul(this.row(e).subarray(this.channels.expression.length))}row(e){return this.values.subarray(e*this.width,(e+1)*this.width)}}const es=180/Math.PI;function os(s){const e=new U(s[0],s[1],s[2]),t=e.length();return t<1e-9?new vt:new vt().setFromAxisAngle(e.divideScalar(t),t)}function Nl({x:s,y:e,z:t,w:n}){const i=Math.hypot(s,e,t);if(i<1e-9)return[0,0,0];const r=2*Math.atan2(i,Math.abs(n))*(n<0?-1:1);return[s/i*r,e/i*r,t/i*r]}function Ul(s){const{x:e,y:t,z:n}=new en().setFromQuaternion(os(s),"YXZ");return[t*es,e*es,n*es]}function kl([s,e,t]){const n=new en(e/es,s/es,t/es,"YXZ");return Nl(new vt().setFromEuler(n))}function jx(s,e){const{x:t,y:n,z:i}=new en().setFromQuaternion(os(s),"ZYX"),r=[t,n,i].map((a,o)=>Zx(a,e[o]));return Nl(new vt().setFromEuler(new en(...r,"ZYX")))}function Zx(s,e){const t=Math.abs(s)/e;return t<=.5?s:Math.sign(s)*e*(.5+.5*Math.tanh(2*(t-.5)))}const Jx=500,Qx=1e-5;class ey{constructor(e,t){this.rig=e,this.channels=t;const n=new Map(e.used.map((i,r)=>[i,r]));this.rows=e.shapes.flatMap(({binds:i,binary:r,follows:a})=>{const o=Object.entries(a).flatMap(([l,c])=>{const h=n.get(l);return h===void 0||c===0?[]:[[h,c]]});return o.length>0?[{binds:i,binary:r,terms:o}]:[]})}rig;channels;rows;solve(e){const t=new Float64Array(this.rig.used.length);for(const{channels:n,shapes:i,quadratic:r,linear:a,offset:o,start:l}of this.rig.regions){const c=(u,f)=>n.reduce((p,v,m)=>p+e[v]*u[m][f],0),h=i.map((u,f)=>c(a,f)+o[f]),d=i.map((u,f)=>Ts(c(l,f)));for(let u=0;u<Jx;u++){let f=0;for(let p=0;p<d.length;p++){const v=r[p],m=h[p]-d.reduce((y,T,S)=>y+T*v[S],0),g=Ts(d[p]+m/v[p]);f=Math.max(f,Math.abs(g-d[p])),d[p]=g}if(f<Qx)break}i.forEach((u,f)=>t[u]=d[f])}return t}weights(e){const t=this.solve(e),n=new Map;for(const{binds:i,binary:r,terms:a}of this.rows){const o=a.reduce((l,[c,h])=>l+h*t[c],0);Eh(n,i,r?+(o>.5):Ts(o))}return[...n.values()].map(([i,r,a])=>[i,r,Ts(a)])}alone(e){const t=new Map;for(const n of this.rig.shapes)n.name===e&&Eh(t,n.binds,1);return[...t.values()].map(([n,i,r])=>[n,i,Ts(r)])}gaze(e,t){const n=l=>e[this.channels.indexOf(`eyeLook${l}${t}`)]??0,[i,r,a]=this.rig.eyes;return[(t==="Left"?n("Out")-n("In"):n("In")-n("Out"))*i,n("Up")*r-n("Down")*a]}}function Eh(s,e,t){for(const[n,i,r]of e){const a=`${n} ${i}`,o=s.get(a);o?o[2]+=t*r:s.set(a,[n,i,t*r])}}const Ts=s=>Math.min(Math.max(s,0),1),ty=new U(0,-.07,0),ny=.215,iy=.3,sy=.62,wh=180/Math.PI;class Ol{constructor(e,t,n){this.scene=e,this.camera=t,this.root.add(e),e.traverse(i=>{const r=n(i);if(r!==void 0&&!this.objects.has(r)&&this.objects.set(r,i),!(i instanceof ut))return;i.frustumCulled=!1;for(const o of[i.material].flat())o instanceof ui&&(o.toneMapped=!1);const a=r??(i.parent?n(i.parent):void 0);a===void 0||!i.morphTargetInfluences||(this.meshes.set(a,[...this.meshes.get(a)??[],i]),this.rest.set(i,[...i.morphTargetInfluences]))}),e.updateMatrixWorld(!0)}scene;camera;root=new di;objects=new Map;meshes=new Map;rest=new Map;follower;turning=[];static async load(e){const t=new jd;t.setURLModifier(o=>/^(data|blob):/.test(o)?o:"data:,");const{scene:n,parser:i,cameras:r}=await new uu(t).parseAsync(e,""),a=r.find(o=>o instanceof Bt);return new Ol(n,a,o=>i.associations.get(o)?.nodes)}follow(e,t){this.toRest(),this.follower=new ey(e,t),this.root.position.set(0,0,0),this.root.rotation.set(0,0,0),this.root.scale.setScalar(1),this.root.updateMatrixWorld(!0),this.turning=e.bones.flatMap(({name:n,node:i,share:r})=>{const a=this.objects.get(i);if(!a)return[];const o=a.parent?.getWorldQuaternion(new vt)??new vt;return[{name:n,share:r,object:a,parent:o,own:a.quaternion.clone()}]}),this.viewpoint||this.place(e)}get viewpoint(){return this.follower?.rig.most?this.camera:void 0}pose({expression:e,head:t},n){const{follower:i}=this;if(!i)return;this.apply(n===void 0?i.weights(e):i.alone(n));const{backwards:r,most:a}=i.rig,o=r?[-1,1,-1]:[1,1,1],l=a?jx(t,a):t;for(const{name:c,share:h,object:d,parent:u,own:f}of this.turning){let p=l;if(c.endsWith("Eye")){const[m,g]=n===void 0?i.gaze(e,c==="leftEye"?"Left":"Right"):[0,0];p=kl([m*wh,-g*wh,0])}const v=os([0,1,2].map(m=>p[m]*h*o[m]));d.quaternion.copy(u).invert().multiply(v).multiply(u).multiply(f)}}set wireframe(e){for(const t of this.materials())"wireframe"in t&&(t.wireframe=e)}influences(){return Object.fromEntries([...this.meshes].map(([e,[t]])=>[e,[...t?.morphTargetInfluences??[]]]))}rotation(e){return this.objects.get(e)?.quaternion.toArray()??[]}dispose(){this.root.removeFromParent();for(const e of this.materials()){for(const t of Object.values(e))t instanceof bt&&(t.dispose(),t.source.data instanceof ImageBitmap&&t.source.data.close());e.dispose()}this.scene.traverse(e=>{e instanceof ut&&e.geometry.dispose()})}materials(){const e=new Set;return this.scene.traverse(t=>{if(t instanceof ut)for(const n of[t.material].flat())e.add(n)}),e}apply(e){for(const[t,n]of this.rest)t.morphTargetInfluences?.splice(0,n.length,...n);for(const[t,n,i]of e)for(const{morphTargetInfluences:r}of this.meshes.get(t)??[])r&&n<r.length&&(r[n]=i)}toRest(){this.apply([]);for(const{object:e,own:t}of this.turning)e.quaternion.copy(t)}place(e){const t=new dn().setFromObject(this.scene),n=this.face(e),i=this.turning.find(({name:u})=>u==="head")?.object.getWorldPosition(new U),r=t.max.y-t.min.y,a=n.isEmpty()?r:Math.min((n.max.y-n.min.y)/sy,r),o=n.isEmpty()?t.max.y:Math.min(t.max.y,n.max.y+.45*a),l=i?Math.min(Math.max(o-i.y,.9*a),1.5*a):a,c=i?.clone()??(n.isEmpty()?t:n).getCenter(new U);c.y=o-l;const h=ny/Math.max(l,1e-9);this.root.scale.setScalar(h),e.backwards&&(this.root.rotation.y=Math.PI);const d=c.multiplyScalar(h).applyQuaternion(this.root.quaternion);this.root.position.copy(ty).sub(d),this.root.updateMatrixWorld(!0)}face(e){const t=new dn,n=new Map;for(const{binds:r,follows:a}of e.shapes)if(Object.keys(a).length!==0)for(const[o,l]of r)for(const c of this.meshes.get(o)??[])n.set(c,(n.get(c)??new Set).add(l));const i=new U;for(const[r,a]of n)for(const o of a){const l=r.geometry.morphAttributes.position?.[o];if(!l)continue;const c=Array.from({length:l.count},(d,u)=>i.fromBufferAttribute(l,u).lengthSq()),h=iy**2*c.reduce((d,u)=>Math.max(d,u),0);c.forEach((d,u)=>{d>h&&t.expandByPoint(r.getVertexPosition(u,i).applyMatrix4(r.matrixWorld))})}return t}}const ry=[".jpg",".jpeg",".png",".webp",".tif",".tiff",".bmp",".gif",".jp2",".avif"],gu=[".glb",".vrm",".gltf",...ry],Th=s=>gu.some(e=>s.toLowerCase().endsWith(e)),Wr=s=>`${(s/2**20).toFixed(s<10*2**20?1:0)} MB`;class ay{constructor(e,t,n){this.state=e,this.viewport=t,this.facts=n,e.on("project",()=>this.follow())}state;viewport;facts;rig;problem="";model;wanted="";loaded="";work=Promise.resolve();listeners=[];onChange(e){this.listeners.push(e)}async take(e,t){if(this.state.project?.id===void 0)throw new Sn("Open a voice or a project first, then drop the character on it.");const i=this.facts.max_character;if(e.size>i)throw new Sn(`${t} has ${Wr(e.size)}; a character may have up to ${Wr(i)}. Make its textures smaller.`);let r;if(await this.state.during(`Reading ${t}`,()=>this.state.change(a=>Be.setCharacter(a,e,t).catch(o=>{r=o}))),r)throw r;await this.work}choose(e){const t=document.createElement("input");t.type="file",t.accept=gu.join(","),t.addEventListener("change",()=>{const n=t.files?.[0];n&&this.take(n,n.name).catch(i=>e(i instanceof Error?i.message:String(i)))}),t.click()}remove(){this.state.change(Be.removeCharacter)}setRow(e,t){return this.edit({edit:"set_character",shapes:{[e]:t}})}edit(e){return this.state.edit([e])}showAlone(e){this.viewport.alone=e}follow(){const e=this.state.project?.character?.revision??"";e!==this.wanted&&(this.wanted=e,this.work=this.work.then(()=>e===this.wanted?this.load():void 0).catch(t=>{this.drop(),this.problem=t instanceof Error?t.message:String(t),this.tell()}))}async load(){const{project:e}=this.state,t=e?.character;if(!e||!t?.here){this.drop(),t&&(this.problem=`${t.name} (${Wr(t.size)}) is too large to travel within a project file. Drop it again to see it here; what its shapes follow is kept.`),this.tell();return}const n=await Be.rig(e.id);t.digest!==this.loaded&&(this.drop(),await this.open(e.id,t.name,n),this.loaded=t.digest),this.rig=n,this.model?.follow(n,e.channels.expression),this.viewport.setCharacter(this.model),this.tell()}async open(e,t,{undrawn:n}){if(n){this.problem=`${t} is compressed with ${n}, which this page cannot show; the head stands in. Exports go onto the character all the same. To see it here, export it without compression.`;return}if(this.viewport.draws)try{this.model=await Ol.load(await Be.characterFile(e))}catch(i){this.problem=`${t} cannot be shown; the head stands in. ${i instanceof Error?i.message:String(i)}`}}drop(){this.rig=void 0,this.problem=this.loaded="",this.viewport.setCharacter(void 0),this.model?.dispose(),this.model=void 0}tell(){for(const e of this.listeners)e()}}const _u=400;let ln;const vu=[];function oy(s){vu.push(s)}function bi(){if(!ln)return;const{commit:s,timer:e}=ln;ln=void 0,clearTimeout(e),s();for(const t of vu)t()}function ly(s){return ln!==void 0&&s.contains(ln.owner)}function Qo(s,e){let t=!1;const n=()=>{ln?.owner===s&&(clearTimeout(ln.timer),t||(ln.timer=window.setTimeout(bi,_u)))};s.addEventListener("keydown",({key:i})=>{t=/^(Arrow|Page|Home|End)/.test(i),n()}),s.addEventListener("keyup",()=>{t=!1,n()}),s.addEventListener("change",()=>{if(!t&&ln?.owner!==s){bi(),e();return}ln?.owner!==s&&bi(),ln??={owner:s,commit:e,timer:0},n()}),s.addEventListener("blur",()=>{t=!1,ln?.owner===s&&bi()})}const cy={logo:'<path class="line" d="M12 3a8 8 0 0 0-8 8c0 4 2 6 2 10h9c0-2 1-3 3-3s2-2 2-4l1.5-1.5L20 10a8 8 0 0 0-8-7z"/><path class="line" d="M9 10v3M12.5 8.500v6M16 10v3"/>',play:'<path d="M8 5.2v13.6c0 .8.9 1.3 1.6.8l10-6.8a1 1 0 0 0 0-1.6l-10-6.8c-.7-.5-1.6 0-1.6.8z"/>',pause:'<rect x="6.5" y="5" width="4" height="14" rx="1.2"/><rect x="13.5" y="5" width="4" height="14" rx="1.2"/>',first:'<path class="line" d="M6 5v14M19 6l-9 6 9 6z"/>',back:'<path class="line" d="M15 6l-7 6 7 6z"/>',forward:'<path class="line" d="M9 6l7 6-7 6z"/>',loop:'<path class="line" d="M17 3l3 3-3 3M20 6H8a4 4 0 0 0-4 4v1M7 21l-3-3 3-3M4 18h12a4 4 0 0 0 4-4v-1"/>',snap:'<path class="line" d="M6 4v7a6 6 0 0 0 12 0V4h-4v7a2 2 0 0 1-4 0V4zM6 8h4M14 8h4"/>',undo:'<path class="line" d="M8 5L4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11h-3"/>',redo:'<path class="line" d="M16 5l4 4-4 4M20 9H10a5.5 5.5 0 0 0 0 11h3"/>',open:'<path class="line" d="M3 18V6a1 1 0 0 1 1-1h5l2 2.500h8a1 1 0 0 1 1 1V11M3 18l3-7h16l-3 7a1 1 0 0 1-1 .7H4a1 1 0 0 1-1-.7z"/>',save:'<path class="line" d="M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4 20h16"/>',home:'<path class="line" d="M4 11l8-7 8 7M6 9.500V20h12V9.5M10 20v-6h4v6"/>',record:'<circle cx="12" cy="12" r="6.5"/>',stop:'<rect x="6.5" y="6.5" width="11" height="11" rx="2"/>',wire:'<circle class="line" cx="12" cy="12" r="8.5"/><path class="line" d="M3.5 12h17M12 3.5c-5 5-5 12 0 17M12 3.5c5 5 5 12 0 17"/>',view:'<path class="line" d="M4 9V6a2 2 0 0 1 2-2h3M15 4h3a2 2 0 0 1 2 2v3M20 15v3a2 2 0 0 1-2 2h-3M9 20H6a2 2 0 0 1-2-2v-3"/><circle cx="12" cy="12" r="2"/>',pose:'<circle class="line" cx="12" cy="10" r="5"/><path class="line" d="M4 17c2 3 5 4 8 4s6-1 8-4M4 17l-.5 3.500M4 17l3.5.7M20 17l.5 3.5M20 17l-3.5.7"/>',character:'<circle class="line" cx="12" cy="8" r="4"/><path class="line" d="M4.5 20.5c.6-4.500 3.600-6.500 7.500-6.500s6.900 2 7.500 6.500"/>',compare:'<rect class="line" x="3.5" y="5" width="7" height="14" rx="1.5"/><rect class="line" x="13.5" y="5" width="7" height="14" rx="1.5"/>',video:'<rect class="line" x="3" y="6" width="12" height="12" rx="2"/><path class="line" d="M15 11l6-4v10l-6-4z"/>',theme:'<circle class="line" cx="12" cy="12" r="8.5"/><path d="M12 3.5a8.5 8.5 0 0 1 0 17z"/>',help:'<circle class="line" cx="12" cy="12" r="8.5"/><path class="line" d="M9.5 9.7a2.6 2.6 0 1 1 3.7 2.400c-.8.4-1.2.9-1.2 1.7"/><circle cx="12" cy="16.8" r="1.1"/>',pin:'<path class="line" d="M9 4h6l-1 6 3 3v2H7v-2l3-3zM12 15v5"/>',trash:'<path class="line" d="M5 7h14M10 7V4.500h4V7M7 7l1 13h8l1-13"/>',plus:'<path class="line" d="M12 5v14M5 12h14"/>',minus:'<path class="line" d="M5 12h14"/>',dice:'<rect class="line" x="4.5" y="4.5" width="15" height="15" rx="3"/><circle cx="9" cy="9" r="1.3"/><circle cx="15" cy="15" r="1.3"/><circle cx="15" cy="9" r="1.3"/><circle cx="9" cy="15" r="1.3"/>',sheet:'<path class="line" d="M4 5h6.500v6H4zM13.500 5H20v6h-6.500zM4 14h6.500v5H4zM13.500 14H20v5h-6.500z"/>',fit:'<path class="line" d="M3 6v12M21 6v12M7 12h10M9.5 9L6.5 12l3 3M14.5 9l3 3-3 3"/>',again:'<path class="line" d="M19 12a7 7 0 1 1-2-5M19.5 4v4h-4"/>',close:'<path class="line" d="M6 6l12 12M18 6L6 18"/>',curves:'<path class="line" d="M3 17c4 0 4-10 8-10s4 8 10 8"/>',link:'<path class="line" d="M10 14l4-4M8 12l-2.200 2.200a3 3 0 0 0 4.200 4.200L12 16M16 12l2.200-2.200a3 3 0 0 0-4.200-4.200L12 8"/>',mirror:'<path class="line" d="M12 3v18M8.500 7L3.500 17h5zM15.500 7l5 10h-5z"/>',words:'<path class="line" d="M4 7h16M4 12h10M4 17h13"/>'};function Qs(s){return`<svg viewBox="0 0 24 24" aria-hidden="true">${cy[s]}</svg>`}function E(s,e={},...t){const n=document.createElement(s);for(const[i,r]of Object.entries(e))r===!0?n.setAttribute(i,""):r!==!1&&r!==void 0&&n.setAttribute(i,String(r));return n.append(...t),n}function ie(s,e,t={}){const n=t.keys?`${s} (${t.keys})`:s,i=E("button",{type:"button",class:t.kind??"plain",title:n,"data-keys":t.keys});return t.icon&&i.insertAdjacentHTML("beforeend",Qs(t.icon)),t.text&&i.append(t.text),t.text!==s&&i.setAttribute("aria-label",s),i.addEventListener("click",r=>{e(),r.detail>0&&i.blur()}),i}function Dt(s,e){s.setAttribute("aria-pressed",String(e))}function Vt(s){const{label:e,least:t,greatest:n,step:i,scale:r=1,digits:a=2}=s,o=E("input",{type:"range",min:t,max:n,step:i,"aria-label":e}),l=E("input",{type:"number",min:t*r,max:n*r,step:Number((i*r).toFixed(6)),"aria-label":e}),c=()=>{[Math.max(t,Math.min(0,n)),Number(o.value)].sort((m,g)=>m-g).forEach((m,g)=>{const y=(m-t)/(n-t);o.style.setProperty(g?"--to":"--from",y>0?`calc(6.5px + ${y} * (100% - 13px))`:"0px")})};let h=s.value;const d=v=>{h=Math.min(Math.max(v,t),n),o.value=String(h),c()},u=()=>l.value=(h*r).toFixed(a);d(h),u(),o.addEventListener("input",()=>{h=Number(o.value),c(),u(),s.move?.(h)}),Qo(o,()=>s.done(h)),o.addEventListener("pointerup",()=>o.blur()),l.addEventListener("input",()=>{l.value!==""&&(d(Number(l.value)/r),s.move?.(h))}),Qo(l,()=>{u(),s.done(h)}),hy(l);const f=E("span",{class:"name",title:e},e);if(s.rest!==void 0){const{rest:v}=s;f.title=`${e}: double-click to reset`,f.addEventListener("dblclick",()=>{d(v),u(),s.done(h)})}const p=E("span",{class:"field"},l,...s.unit?[E("small",{},s.unit)]:[]);return E("div",{class:"slider"},f,o,p)}function hy(s){s.addEventListener("keydown",({key:e})=>{e==="Enter"&&s.blur()})}function dy(s,e,t){const n=E("div",{class:"menu",role:"menu","aria-label":s,popover:"auto"}),i=t.map(({name:o,on:l,choose:c})=>{const h=E("button",{type:"button",role:"menuitemradio","aria-checked":String(l)},o);return h.addEventListener("click",()=>{n.hidePopover(),c()}),h});n.append(...i),n.addEventListener("keydown",o=>{const l={ArrowUp:-1,ArrowDown:1}[o.key];if(o.stopPropagation(),l===void 0)return;o.preventDefault();const c=i.indexOf(document.activeElement);i[(c+l+i.length)%i.length]?.focus()}),n.addEventListener("toggle",o=>{o.newState==="closed"&&n.remove()}),document.body.append(n);const{right:r,top:a}=e.getBoundingClientRect();n.style.left=`${r+6}px`,n.style.top=`${a}px`,n.showPopover(),(i.find(o=>o.getAttribute("aria-checked")==="true")??i[0])?.focus()}function Zt(s){const e=E("input",{type:"number",min:s.least,max:s.greatest,step:s.step??1,placeholder:s.placeholder,"aria-label":s.label});s.value!==null&&(e.value=String(s.value)),Qo(e,()=>{e.value===""&&e.validity.valid&&s.empty?s.empty():e.value!==""&&e.checkValidity()?s.done(Number(e.value)):e.reportValidity()});const t=E("span",{class:"field"},e);return s.unit&&t.append(E("small",{},s.unit)),E("label",{class:"number"},E("span",{class:"name"},s.label),t)}function el(s,e,t){const n=E("input",{type:"checkbox"});return n.checked=e,n.addEventListener("change",()=>t(n.checked)),n.addEventListener("click",i=>i.detail>0&&n.blur()),E("label",{class:"check"},n,s)}function Wt(s,...e){return E("section",{class:"group",role:"group","aria-label":s},E("h3",{},s),...e)}const uy="button, input, select, summary, textarea, [tabindex]";function fy(s){const e=document.activeElement;if(!(e instanceof HTMLElement)||!s.contains(e))return()=>{};const t=Ah(e),n=()=>[...s.querySelectorAll(uy)].filter(a=>Ah(a)===t),i=n().indexOf(e),r=e instanceof HTMLInputElement&&e.type==="search"?e.selectionStart:null;return()=>{const a=n(),o=a[Math.min(i,a.length-1)];o?.focus(),r!==null&&o instanceof HTMLInputElement&&o.setSelectionRange(r,r)}}function Ah(s){const{tagName:e,textContent:t}=s;return[e,s.getAttribute("type"),s.getAttribute("aria-label")??t].join(" ")}const qa=400,Rh="followable",Ka=2;class py{constructor(e,t,n){this.state=e,this.character=t,this.changed=n;const i=c=>this.say(c),r=ie("Choose a character",()=>t.choose(i),{icon:"open"});this.gone=ie("Remove the character",()=>t.remove(),{icon:"trash"});const a=ie("Close",()=>this.close(),{icon:"close"});this.again=ie("Propose again, by the names of the shapes",()=>{t.edit({edit:"set_character",proposed:!0})},{text:"Propose again",kind:"outline"});const o=E("label",{class:"check",title:"Only shapes that follow something"},this.following,"Only following");this.tools=E("div",{class:"find"},this.find,o,this.again);const l=E("thead",{},E("tr",{},E("th",{scope:"col"},"Shape"),E("th",{scope:"col"},"Follows, with weight")));this.body.append(this.problem,this.nodes,this.tools,E("table",{},l,this.table),this.more,this.names),this.host.append(E("header",{},this.heading,r,this.gone,a),this.body),this.find.addEventListener("input",()=>this.draw()),this.following.addEventListener("change",()=>this.draw()),t.onChange(()=>this.draw()),e.on("project",()=>this.draw()),this.draw()}state;character;changed;host=E("aside",{class:"character","aria-label":"Your own character",hidden:!0});heading=E("h2",{});problem=E("p",{class:"problem",role:"status",hidden:!0});body=E("div",{class:"body"});table=E("tbody",{});more=E("p",{class:"hint"});find=E("input",{type:"search",placeholder:"Find a shape","aria-label":"Find a shape"});following=E("input",{type:"checkbox"});names=E("datalist",{id:Rh});nodes=E("div",{class:"nodes"});again;gone;tools;alone;growing;get shown(){return!this.host.hidden}open(){this.host.hidden=!1,this.draw(),this.changed()}toggle(){this.shown?this.close():this.open()}close(){this.host.hidden=!0,this.showAlone(void 0),this.changed()}say(e){this.problem.textContent=e,this.problem.hidden=e===""}draw(){const{rig:e}=this.character,t=this.state.project?.character;if(!this.state.project&&this.shown&&this.close(),this.heading.replaceChildren(t?.name??"Your own character",...t?[E("small",{},Wr(t.size))]:[]),this.heading.title=t?.name??"",this.gone.hidden=!t,this.say(this.character.problem),this.nodes.hidden=this.tools.hidden=this.table.parentElement.hidden=!e,this.more.textContent=t?"":"Drop a GLB or VRM on the page, or choose one: it takes the place of the head. It stays on this computer.",!e||!this.shown)return;const n=document.activeElement instanceof HTMLElement&&this.body.contains(document.activeElement)?document.activeElement.dataset.key:void 0;this.names.replaceChildren(...e.followable.map(o=>E("option",{value:o}))),this.nodes.replaceChildren(...this.node(e,"head"),...this.node(e,"neck"));const i=this.find.value.toLowerCase(),r=e.shapes.filter(({name:o,follows:l})=>o.toLowerCase().includes(i)&&(!this.following.checked||Object.keys(l).length>0));r.sort((o,l)=>+(Object.keys(l.follows).length>0)-+(Object.keys(o.follows).length>0));const{scrollTop:a}=this.body;this.table.replaceChildren(...r.slice(0,qa).map(o=>this.row(o,e))),this.body.scrollTop=a,this.more.textContent=r.length>qa?`${r.length-qa} more: find them by name.`:r.length===0?"No shape of this name.":"",this.again.disabled=e.shapes.every(({follows:o,proposed:l})=>Ch(o,l)),n&&this.body.querySelector(`[data-key="${CSS.escape(n)}"]`)?.focus()}row(e,t){const{name:n,label:i,expression:r,follows:a,proposed:o}=e,l=Object.entries(a),c=E("button",{type:"button",class:"shape",title:`${n}: press to see it alone`,"data-key":`shape ${n}`},i);r&&c.append(E("small",{class:"hint"}," VRM")),c.setAttribute("aria-pressed",String(this.alone===n)),c.addEventListener("click",()=>this.showAlone(this.alone===n?void 0:n));const h=E("td",{},...l.map(([u,f])=>this.term(e,t,u,f)));(l.length===0||this.growing===n)&&h.append(this.term(e,t,"",1));const d=E("tr",{class:l.length===0?"still":""},E("td",{},c),h);return d.classList.toggle("changed",!Ch(a,o)),d}term(e,t,n,i){const{name:r,follows:a}=e,o=n?Object.keys(a).indexOf(n):Object.keys(a).length,l=`${r} ${o}`,c=E("input",{type:"text",list:Rh,value:n,placeholder:"at rest",spellcheck:!1,"aria-label":`${r} follows`,"data-key":`${l} name`}),h=E("input",{type:"number",min:-Ka,max:Ka,step:.05,value:i,"aria-label":`${r}: weight of ${n||"what it follows"}`,"data-key":`${l} weight`});h.disabled=n==="";const d=(f,p)=>{this.growing=void 0;const v=Object.entries(a).map(([m,g])=>m===n?[f,p]:[m,g]);n===""&&v.push([f,p]),this.character.setRow(r,Object.fromEntries(v.filter(([m])=>m!=="")))};c.addEventListener("input",()=>c.setCustomValidity("")),c.addEventListener("change",()=>{const f=c.value.trim(),p=t.followable.find(m=>m.toLowerCase()===f.toLowerCase()),v=p!==void 0&&p!==n&&p in a;if(f!==""&&(p===void 0||v)){c.setCustomValidity(v?`${r} follows ${p} already`:`There is no channel ${f}`),c.reportValidity();return}d(p??"",i)}),h.addEventListener("change",()=>{const f=Number(h.value);h.value!==""&&Math.abs(f)<=Ka?d(n,f):h.value=String(i)});const u=E("div",{class:"term"},c,h);return n&&!t.used.includes(n)&&(u.classList.add("idle"),u.title="It stands in for channels that other shapes follow already, so it stays at rest."),n&&(u.append(ie(`Let ${r} not follow ${n}`,()=>d("",0),{icon:"close"})),o===Object.keys(a).length-1&&u.append(ie(`Let ${r} follow one more channel`,()=>{this.growing=r,this.draw(),this.body.querySelector(`[data-key="${CSS.escape(`${r} ${o+1} name`)}"]`)?.focus()},{icon:"plus"}))),u}node(e,t){const n=t==="head"?e.head_node:e.neck_node,i=e.bones.find(({name:l})=>l===t)?.label,r=t==="head"?"Head":"Neck",a=n!==null?"Found by name":i?`${i} (found)`:t==="head"?"None: it stands still":"None",o=E("select",{id:`${t}-node`,"data-key":`${t} node`},E("option",{value:""},a));for(const l of e.nodes)o.append(E("option",{value:l,selected:l===n},l));return o.addEventListener("change",()=>{const{value:l}=o;this.character.edit(t==="head"?{edit:"set_character",head_node:l}:{edit:"set_character",neck_node:l})}),[E("label",{for:`${t}-node`},r),o]}showAlone(e){this.alone=e,this.character.showAlone(e);for(const t of this.table.querySelectorAll(".shape"))Dt(t,t.dataset.key===`shape ${e}`)}}function Ch(s,e){const t=Object.keys(s);return t.length===Object.keys(e).length&&t.every(n=>s[n]===e[n])}const Fl=["yaw","pitch","roll"],my=["auto","flat","linear","step","free"],Lh=.001;function tl(s){const e=r=>(s[r+1].value-s[r].value)/(s[r+1].time-s[r].time),t=r=>s[r+1].time-s[r].time,[n,i]=[[],[]];return s.forEach((r,a)=>{const[o,l]=[a===0,a===s.length-1];let[c,h]=[0,0];if(r.tangent==="free")[c,h]=[r.slope_in,r.slope_out];else if(r.tangent==="linear"||r.tangent==="step")[c,h]=[o?0:e(a-1),l?0:e(a)];else if(r.tangent==="auto"&&!o&&!l&&e(a-1)*e(a)>0){const[d,u]=[2*t(a)+t(a-1),t(a)+2*t(a-1)];c=h=(d+u)/(d/e(a-1)+u/e(a))}n.push(c),i.push(h)}),{come:n,go:i}}function gy(s){const{come:e,go:t}=tl(s);let n=0;return i=>{if(s.length===1||i<=s[0].time)return s[0].value;if(i>=s.at(-1).time)return s.at(-1).value;for(;n>0&&s[n].time>i;)n--;for(;n<s.length-2&&s[n+1].time<=i;)n++;const[r,a]=[s[n],s[n+1]];if(r.tangent==="step")return r.value;const o=a.time-r.time,l=(i-r.time)/o;return r.value*(1+2*l)*(1-l)**2+a.value*l**2*(3-2*l)+o*(t[n]*l*(1-l)**2-e[n+1]*l**2*(1-l))}}function zs(s,e){if(Fl.includes(s))return{low:-60,high:60,scale:180/Math.PI,unit:"°",least:-85,greatest:85,digits:1};if(s.startsWith("translation"))return{low:-50,high:50,scale:1e3,unit:" mm",least:-500,greatest:500,digits:1};const t=e==="replace"?0:-1;return{low:t,high:1,scale:1,unit:"",least:t,greatest:1,digits:2}}function _y({low:s,high:e}){const t=(e-s)/4;return[0,1,2,3,4].map(n=>s+n*t)}const Ya="curve",Ph=.01;class vy{constructor(e,t){this.state=e,this.announce=t}state;announce;channel;mode="add";get channels(){const{project:e}=this.state;return e?[...Fl,...e.channels.expression,...e.channels.head.filter(t=>!t.startsWith("rotation"))]:[]}get shown(){return(this.state.project?.layers.curves??[]).filter(({channel:e})=>e===this.channel)}show(e){this.channel=e,this.mode=this.shown[0]?.mode??"add",this.state.selectBlock(void 0),this.state.tell("project")}get selected(){const{block:e}=this.state;if(e?.lane===Ya)for(const t of this.shown){const n=t.keys.findIndex(({time:i})=>Math.abs(i-e.start)<Lh/2);if(n>=0)return{curve:t,key:t.keys[n],index:n}}}select(e){this.state.selectBlock({lane:Ya,start:e.time})}add(e,t,n=!1){const{channel:i}=this;if(i===void 0)return;const r={time:this.bounded(e),value:this.limited(t),tangent:"auto",slope_in:0,slope_out:0};this.state.edit(()=>{const a=({keys:c})=>Math.max(c[0].time-r.time,r.time-c.at(-1).time,0),o=n?void 0:[...this.shown].sort((c,h)=>a(c)-a(h))[0];if(!o)return[this.set({channel:i,mode:this.mode,fade_in:.2,fade_out:.2,keys:[r]})];const l=o.keys.filter(({time:c})=>Math.abs(c-r.time)>=Lh);return this.replaced(o,{keys:[...l,r].sort((c,h)=>c.time-h.time)})}),this.select(r),this.announce(`Added a key of ${i} at ${r.time.toFixed(2)} s`)}change(e){return this.state.edit(()=>{const{selected:t}=this;if(!t)return[];const{curve:n,index:i}=t,r=this.between(n,i,{...t.key,...e(t.key)});return this.state.block={lane:Ya,start:r.time},this.replaced(n,{keys:n.keys.map((a,o)=>o===i?r:a)})})}changeCurve(e){e.mode&&(this.mode=e.mode),this.state.edit(()=>{const{selected:t}=this;if(!t)return[];const{curve:n}=t,i=e.mode??n.mode,{least:r,greatest:a,scale:o}=zs(n.channel,i),l=n.keys.map(c=>({...c,value:Math.min(Math.max(c.value,r/o),a/o)}));return this.replaced(n,{...e,keys:l})})}move(e){this.change(({time:t})=>({time:t+this.state.time(e)}))}raise(e){const{scale:t,high:n,low:i}=zs(this.channel??"",this.mode),r=(n-i)/50/t;this.change(({value:a})=>({value:a+e*r}))}remove(){this.state.edit(()=>{const{selected:e}=this;if(!e)return[];const{curve:t,index:n}=e;return t.keys.length===1?[this.removal(t)]:this.replaced(t,{keys:t.keys.filter((i,r)=>r!==n)})}),this.announce("Removed the key")}removeCurve(){this.state.edit(()=>this.selected?[this.removal(this.selected.curve)]:[])}between(e,t,n){const i=t>0?e.keys[t-1].time+Ph:0,r=t<e.keys.length-1?e.keys[t+1].time-Ph:this.bounded(1/0),a=Math.round(Math.min(Math.max(n.time,i),r)*1e3)/1e3;return{...n,time:this.bounded(a),value:this.limited(n.value,e.mode)}}limited(e,t=this.mode){const{least:n,greatest:i,scale:r}=zs(this.channel??"",t);return Math.round(Math.min(Math.max(e,n/r),i/r)*1e5)/1e5}bounded(e){return Math.min(Math.max(e,0),Math.floor((this.state.project?.duration??0)*1e3)/1e3)}replaced(e,t){return[this.removal(e),this.set({...e,...t})]}set(e){return{edit:"set_curve",...e}}removal({channel:e,keys:t}){return{edit:"remove_curve",channel:e,start:t[0].time,end:t.at(-1).time}}}const Ih=s=>`${Math.round(s*100)} %`,xu={name:"layers",title:"Layers",one:"a range of layers",blocks:({layers:s})=>s.ranges,label:s=>{const e=Object.entries(s.gains).map(([t,n])=>`${t} ${Ih(n)}`);return s.head_amplitude!==null&&e.unshift(`head ${Ih(s.head_amplitude)}`),s.expression_smoothing!==null&&e.push("smoothed face"),s.head_smoothing!==null&&e.push("smoothed head"),e.push(...Object.keys(s.offsets)),e.join(", ")},fades:["fade_in","fade_out"],fresh:{gains:{},head_amplitude:1.3,expression_smoothing:null,head_smoothing:null,offsets:{},fade_in:.3,fade_out:.3},set:s=>({edit:"set_range_layers",...s}),remove:s=>({edit:"remove_range_layers",...s})},Dh=s=>Math.round(s*180/Math.PI),nl={viewer:[0,0],left:[.6,0],right:[-.6,0],up:[0,.4],down:[0,-.45]},Bl={name:"looks",title:"Look at",one:"a look",blocks:({layers:s})=>s.gaze,label:({yaw:s,pitch:e,position:t})=>{if(t)return`point ${t.map(o=>o.toFixed(2)).join(", ")} m`;const n=Object.entries(nl).find(([,o])=>o[0]===(s??0)&&o[1]===(e??0));if(n)return n[0];const[i,r]=[Dh(s??0),Dh(e??0)];return[i&&`${Math.abs(i)}° ${i>0?"left":"right"}`,r&&`${Math.abs(r)}° ${r>0?"up":"down"}`].filter(Boolean).join(", ")||"viewer"},fresh:{yaw:nl.left[0],pitch:0,position:null,head:1},set:s=>({edit:"set_look_at",...s}),remove:s=>({edit:"remove_look_at",...s})},yu=[Bl,xu],Mu=1;class xy{constructor(e,t,n){this.state=e,this.around=t,this.announce=n}state;around;announce;of(e){const{project:t}=this.state;return t?e.blocks(t):[]}get selected(){const{block:e}=this.state,t=yu.find(({name:i})=>i===e?.lane),n=t&&this.of(t).find(({start:i})=>Math.abs(i-e.start)<.001);return n&&{lane:t,one:n}}select(e,t){this.state.selectBlock({lane:e.name,start:t.start})}add(e,t,n=[]){const{project:i,range:r}=this.state;if(!i)return;const a=t??(r?this.state.span:void 0),o=a?.start??this.state.time(this.around.frame),l=this.of(e),c=l.find(u=>u.start<=o&&o<u.end);if(!a&&c){this.select(e,c);return}const h=Math.min(...l.map(u=>u.start).filter(u=>u>o),this.whole),d=a?.end??Math.min(o+Mu,h);d-o<.5/i.fps||(this.state.edit([...n,e.set({...e.fresh,start:o,end:d})]),this.state.selectBlock({lane:e.name,start:this.onFrame(o)}),this.announce(`Added ${e.one} at ${o.toFixed(2)} s`))}change(e){return this.state.edit(()=>{const{selected:t}=this,{project:n}=this.state;if(!t||!n)return[];const{lane:i,one:r}=t,a={...r,...e(r)},o=1/n.fps;return a.start=this.onFrame(Math.min(Math.max(a.start,0),this.whole-o)),a.end=this.onFrame(Math.min(Math.max(a.end,a.start+o),this.whole)),this.state.block={lane:i.name,start:a.start},[i.remove({start:r.start,end:Math.min(r.end,this.whole)}),i.set(a)]})}move(e){const t=this.state.time(e);this.change(({start:n,end:i})=>{const r=Math.min(Math.max(t,-n),this.whole-i);return{start:n+r,end:i+r}}).then(()=>this.selected&&this.around.seek(this.selected.one.start))}remove(){this.state.edit(()=>{const{selected:e}=this;return e?[e.lane.remove({start:e.one.start,end:Math.min(e.one.end,this.whole)})]:[]}),this.announce("Removed it")}get whole(){const{project:e}=this.state;return e?e.frames/e.fps:0}get frame(){return 1/(this.state.project?.fps??25)}onFrame(e){const t=this.state.project?.fps??25;return Math.round(e*t)/t}}const Nh="phone",zl=3,yy=.001;class My{constructor(e){this.state=e}state;get all(){return this.state.project?.phones??[]}get selected(){const{block:e}=this.state;return e?.lane===Nh?this.all.find(({start:t})=>Math.abs(t-e.start)<yy):void 0}select(e){this.state.selectBlock({lane:Nh,start:e.start})}word({start:e,end:t}){const n=(e+t)/2;return this.state.project?.words.find(i=>i.start<=n&&n<i.end)}strength({start:e,end:t}){const n=(e+t)/2,i=this.state.project?.layers.articulation.find(r=>r.start<=n&&n<r.end);return{jaw:i?.jaw??1,lips:i?.lips??1}}set(e,t=!1){return this.state.edit(()=>{const{selected:n}=this;if(!n)return[];const{start:i,end:r}=t&&this.word(n)||n,a=this.strength(n),o=u=>Math.round(Math.min(Math.max(u,0),zl)*100)/100,{jaw:l,lips:c}={...a,...e(a)},h={jaw:o(l),lips:o(c)};return h.jaw!==1||h.lips!==1?[{edit:"set_articulation",start:i,end:r,...h}]:this.state.project?.layers.articulation.some(u=>u.start<r&&i<u.end)?[{edit:"remove_articulation",start:i,end:r}]:[]})}reset(){this.set(()=>({jaw:1,lips:1}))}neighbour(e){const{selected:t}=this,n=t&&this.all[this.all.indexOf(t)+Math.sign(e)];n&&this.select(n)}}const Sy={Left:"Right",Right:"Left"};function Su(s){return s.replace(/(Left|Right)$/,e=>Sy[e]??e)}function by(s){if(/^(jaw|mouth)(Left|Right)$/.test(s))return;const e=Su(s);if(e!==s)return e.replace(/^eyeLook(In|Out)/,(t,n)=>`eyeLook${n==="In"?"Out":"In"}`)}function bu(s){return Object.fromEntries(Object.entries(s).map(([e,t])=>[Su(e),t]))}function Eu(s,e){const t=new Set([e[1],e[2],e[3]]);return Object.fromEntries(Object.entries(s).map(([n,i])=>[n,t.has(n)&&i!==0?-i:i]))}const Hs=(s,e)=>s.path===e.path&&s.frame===e.frame;class Ey{constructor(e){this.report=e}report;project;motion;compared;take="";keyframes=[];lost=[];emotionStart;block;range;path="expression";snap=!0;loop=!1;posing=!1;automatic=localStorage.getItem("ksdiff.automatic")==="true";gestures=localStorage.getItem("ksdiff.gestures")!=="false";busy;listeners=new Map;queue=Promise.resolve();key;pressed=-1/0;step;waiting=0;due=!1;on(e,t){this.listeners.set(e,[...this.listeners.get(e)??[],t])}tell(e){for(const t of this.listeners.get(e)??[])t()}get shownTake(){return this.project?.takes.find(({name:e})=>e===this.take)??this.project?.takes[0]}keyframe({path:e,frame:t}){return this.shownTake?.keyframes[e].find(n=>n.frame===t)}time(e){return e/(this.project?.fps??25)}get span(){const{start:e,stop:t}=this.range??{start:0,stop:this.project?.frames??0};return{start:this.time(e),end:this.time(t)}}get emotions(){return this.project?.layers.emotions??[]}get canFeel(){return this.project?.channels.expression.includes("browInnerUp")??!1}get drawsGestures(){return this.gestures&&this.canFeel}set drawsGestures(e){this.gestures=e,localStorage.setItem("ksdiff.gestures",String(e)),this.tell("selection")}draws(e){return e==="expression"&&this.drawsGestures}get emotion(){const{emotionStart:e}=this;if(e!==void 0)return this.emotions.find(({start:t})=>Math.abs(t-e)<.001)}selectEmotion(e){this.emotionStart=e,this.block=void 0,e!==void 0&&(this.keyframes=this.lost=[]),this.tell("selection")}selectBlock(e){this.select([]),this.block=e,this.tell("selection")}keepSelected(){this.keyframes.length===0&&(this.keyframes=this.lost);const e=this.keyframes.filter(t=>this.keyframe(t));this.lost=e.length===0?this.keyframes:[],this.keyframes=e}select(e){this.keyframes=e,this.lost=[],this.emotionStart=this.block=void 0,this.pressed=-1/0;const t=e.at(-1);t&&(this.path=t.path),this.tell("selection")}selectRange(e){this.range=e&&e.stop>e.start?e:void 0,this.tell("selection")}setTake(e){this.take=e,this.keyframes=this.lost=[],this.tell("project"),this.tell("selection")}async open(e){this.project=void 0,this.motion=void 0,this.compared=void 0,this.keyframes=this.lost=[],this.emotionStart=this.block=void 0,this.range=void 0,this.loop=this.posing=!1,await this.accept(await Be.project(e))}close(){this.project=this.motion=this.compared=void 0,this.keyframes=this.lost=[],this.emotionStart=this.block=void 0,this.range=void 0}edit(e,t){const{key:n}=this,i=n!==void 0&&performance.now()-this.pressed<_u,r=async o=>{const l=typeof e=="function"?e():e;if(l.length===0)return;const c=i&&this.step===n;this.step=void 0;const h=await Be.edit(o,l,c);return this.step=n,h},a=this.change(r,t).then(()=>(this.due||=this.automatic,this.catchUp()));return n!==void 0&&(this.pressed=performance.now()),a}async catchUp(){!this.due||this.waiting>0||(this.due=!1,await this.regenerate())}byKey(e,t){this.key=e,t(),this.key=void 0}undo(){return this.pressed=-1/0,this.change(Be.undo)}redo(){return this.pressed=-1/0,this.change(Be.redo)}regenerate(){return this.change(async e=>{if(this.project?.stale)return this.during("Regenerating",()=>Be.regenerate(e))})}change(e,t){this.waiting++,t&&this.select(t);const n=this.queue.then(async()=>{const i=this.project?.id;try{const r=i===void 0?void 0:await e(i);this.waiting--,r&&this.project?.id===i&&await this.accept(r)}catch(r){this.waiting--,this.fail(r),this.project&&await this.accept(this.project)}});return this.queue=n,n.then(()=>this.catchUp()),n}async refresh(e){await this.queue,this.project&&e>this.project.version&&await this.change(Be.project)}fail(e){this.report(e instanceof Sn?e.message:`Something went wrong in the page: ${String(e)}`),e instanceof Sn||console.error(e)}progress(e,t){this.busy={elsewhere:this.busy===void 0,...this.busy,stage:e,done:t},this.tell("busy")}idle(){this.busy?.elsewhere&&(this.busy=void 0,this.tell("busy"))}async cancel(){try{this.project&&await Be.cancel(this.project.id)}catch(e){this.fail(e)}}async during(e,t,n=!1){this.busy={stage:e,done:0,fixed:n},this.tell("busy");try{return await t()}finally{this.busy=void 0,this.tell("busy")}}async compare(e){this.compared=void 0,e!==void 0&&this.project&&(this.compared={take:e,motion:await this.fetch(this.project,e)}),this.tell("look")}async fetch(e,t){const n=await Be.motion(e.id,e.version,t);return new mu(n,e.channels,e.fps)}async accept(e){const n=this.project?.id!==e.id||this.project.version!==e.version||!this.motion?await this.fetch(e):this.motion,i=this.compared?.take,r=i!==void 0&&e.takes.some(({name:a})=>a===i);this.compared=r?{take:i,motion:await this.fetch(e,i)}:void 0,this.project=e,this.motion=n,e.takes.some(({name:a})=>a===this.take)||(this.take=e.takes[0]?.name??""),this.waiting===0&&!this.emotion&&(this.emotionStart=void 0),this.waiting===0&&this.keepSelected(),this.tell("project"),this.tell("motion"),this.tell("selection"),this.tell("look")}}const Pr=.1,wy=1;class Ty{constructor(e,t,n,i){this.state=e,this.player=t,this.announce=n,this.reveal=i,this.blocks=new xy(e,this,n),this.curves=new vy(e,n),this.phones=new My(e)}state;player;announce;reveal;copied;blocks;curves;phones;get frame(){return this.state.motion?.frame(this.player.now())??0}addKeyframe(e,t=this.frame,n=1){const i={path:e,frame:t};if(this.state.keyframe(i)){this.goTo(i);return}const r={edit:"add_keyframe",path:e,time:this.state.time(t),strength:n,take:this.state.take};this.state.edit([r],[i]),this.state.path=e,this.player.seek(this.state.time(t)),this.announce(`Added a keyframe of the ${e} at ${this.said(t)}`)}delete(){this.phones.selected?this.phones.reset():this.curves.selected?this.curves.remove():this.state.block?this.blocks.remove():this.state.emotionStart!==void 0?this.removeEmotion():this.deleteKeyframes()}nudge(e){this.state.byKey("move",()=>{this.phones.selected?this.phones.neighbour(e):this.curves.selected?this.curves.move(e):this.state.block?this.blocks.move(e):this.state.emotionStart!==void 0?this.moveEmotion(e):this.moveKeyframes(e)})}strengthen(e){this.state.byKey("strengthen",()=>{this.phones.selected?this.phones.set(({jaw:t,lips:n})=>({jaw:t+e*Pr,lips:n+e*Pr})):this.curves.selected?this.curves.raise(e):this.state.emotionStart===void 0?this.changeStrength(e):this.changeEmotion(({intensity:t})=>({intensity:Math.min(Math.max(Math.round((t+e*Pr)*100)/100,0),1)}))})}deleteKeyframes(){const{keyframes:e}=this.state;e.length!==0&&(this.state.edit(e.map(t=>({edit:"delete_keyframe",...this.where(t)})),[]),this.announce(e.length===1?"Deleted the keyframe":`Deleted ${e.length} keyframes`))}moveKeyframes(e){const{keyframes:t,project:n}=this.state;if(e===0||t.length===0||!n||(e=this.shift(e),e===0))return;const r=[...t].sort((o,l)=>Math.sign(e)*(l.frame-o.frame)).map(o=>({edit:"move_keyframe",...this.where(o),to:this.state.time(o.frame+e)})),a=t.map(({path:o,frame:l})=>({path:o,frame:l+e}));this.state.edit(r,a),this.player.seek(this.state.time(a.at(-1).frame))}shift(e){const{keyframes:t,project:n,shownTake:i}=this.state;if(!n||!i)return 0;const r=Jt.flatMap(a=>i.keyframes[a].map(({frame:o})=>({path:a,frame:o})));return Ay(e,t,r.filter(a=>!this.isSelected(a)),n.frames)}setStrength(e){const t=Math.round(e*100)/100;this.state.edit(this.state.keyframes.map(n=>({edit:"set_strength",...this.where(n),strength:t})))}changeStrength(e){const{keyframes:t}=this.state,n=()=>t.flatMap(i=>{const r=this.state.keyframe(i)?.strength;if(r===void 0)return[];const a=Math.min(Math.max(Math.round((r+e*Pr)*100)/100,.05),1);return[{edit:"set_strength",...this.where(i),strength:a}]});this.state.edit(n)}addEmotion(e){const{project:t,range:n}=this.state;if(!t)return;const i=e??(n?this.state.span:void 0),r=i?.start??this.state.time(this.frame),a=this.state.emotions.find(c=>c.start<=r&&r<c.end);if(!i&&a){this.goToEmotion(a.start);return}const o=Math.min(...this.state.emotions.map(c=>c.start).filter(c=>c>r),t.duration),l=i?.end??Math.min(r+wy,o);l-r<.5/t.fps||(this.state.edit([{edit:"set_emotion",start:r,end:l,emotion:"happy",intensity:.7}]),this.state.selectEmotion(this.onFrame(r)),this.announce(`Added an emotion at ${r.toFixed(2)} s`))}changeEmotion(e){return this.state.edit(()=>{const t=this.state.emotion,{project:n}=this.state;if(!t||!n)return[];const i={...t,...e(t)},r=1/n.fps;return i.start=this.onFrame(Math.min(Math.max(i.start,0),this.whole-r)),i.end=this.onFrame(Math.min(Math.max(i.end,i.start+r),this.whole)),this.state.emotionStart=i.start,[{edit:"remove_emotion",start:t.start,end:Math.min(t.end,this.whole)},{edit:"set_emotion",...i}]})}moveEmotion(e){const t=this.state.time(e);this.changeEmotion(({start:n,end:i})=>{const r=Math.min(Math.max(t,-n),this.whole-i);return{start:n+r,end:i+r}}).then(()=>this.state.emotion&&this.seek(this.state.emotion.start))}removeEmotion(){this.state.edit(()=>{const{emotion:e}=this.state;return e?[{edit:"remove_emotion",start:e.start,end:Math.min(e.end,this.whole)}]:[]}),this.announce("Removed the emotion")}nextEmotion(e){const t=this.state.emotion?.start??this.player.now(),n=this.state.emotions.filter(({start:o})=>(o-t)*e>.001),i=e===1?n[0]:n.at(-1),a=(this.state.emotion?void 0:this.state.emotions.find(({start:o,end:l})=>o<=t&&t<l))??i;a&&this.goToEmotion(a.start)}goToEmotion(e){this.state.selectEmotion(e);const{emotion:t}=this.state;t&&(this.seek(t.start),this.announce(`${Hl(t)}, ${t.start.toFixed(2)} to ${t.end.toFixed(2)} s, intensity ${t.intensity.toFixed(2)}`))}get whole(){const{project:e}=this.state;return e?e.frames/e.fps:0}onFrame(e){const t=this.state.project?.fps??25;return Math.round(e*t)/t}setPose(e,t){const n=this.where(e),i=()=>[{edit:"set_pose",...n,pose:{...this.state.keyframe(e)?.pose,...t}}];return this.state.edit(i,[e])}hold(e,t){return this.state.edit(()=>{const n=this.state.keyframe(e);if(!n)return[];const{hold:i,attack:r,release:a,ease:o}={...n,...t},l=c=>c===null?null:this.state.time(c);return[{edit:"set_hold",...this.where(e),hold:this.state.time(i),attack:l(r),release:l(a),ease:o}]})}gesture(e,t,n=0){return this.state.edit(()=>e.map(i=>{const r=this.state.keyframe(i),a=r?.gesture||t===null?r?.strength??1:1;return{edit:"set_gesture",...this.where(i),gesture:t,strength:a,seed:n}}))}lookInstead(e){const t=this.state.time(e.frame);this.blocks.add(Bl,{start:t,end:Math.min(t+Mu,this.whole)},[{edit:"delete_keyframe",...this.where(e)}])}mirrorPose(e){this.state.edit(()=>{const t=this.state.keyframe(e)?.pose??{},n=this.state.project?.channels.head??[],i=e.path==="head"?Eu(t,n):bu(t);return[{edit:"set_pose",...this.where(e),pose:i}]}),this.announce("Mirrored the pose")}clearPose(e){this.state.edit([{edit:"set_pose",...this.where(e),pose:{}}])}copyPose(){if(!this.state.project)return;const e=this.state.keyframes.at(-1)?.path??this.state.path;this.copied={path:e,time:this.state.time(this.frame)},this.announce(`Copied the pose of the ${e} at ${this.said(this.frame)}`),this.state.tell("selection")}get copiedTime(){return this.copied?.time}pastePose(){const{copied:e}=this;if(!e||!this.state.project)return;const t=this.state.keyframes.filter(({path:r})=>r===e.path),n=t.length>0?t:[{path:e.path,frame:this.frame}],i=n.map(r=>({edit:"copy_pose",...this.where(r),source:e.time}));this.state.edit(i,n)}setNamedPose({path:e,pose:t,hold:n,attack:i,release:r,ease:a}){const o=this.state.keyframes.filter(h=>h.path===e),l=o.length>0?o:[{path:e,frame:this.frame}],c=l.map(h=>({edit:"set_pose",...this.where(h),pose:t,hold:n,attack:i,release:r,ease:a}));this.state.edit(c,l)}poseTarget(e){return this.state.keyframes.some(t=>t.path===e)?"the selected keyframe":"the playhead"}selectedPose(){const e=this.state.keyframes.at(-1),t=e&&this.state.keyframe(e);if(!t||Object.keys(t.pose).length===0)return;const n=c=>c===null?null:this.state.time(c),{pose:i,hold:r,attack:a,release:o,ease:l}=t;return{path:e.path,pose:i,hold:this.state.time(r),attack:n(a),release:n(o),ease:l}}neighbour(e){const{shownTake:t}=this.state;if(!t)return;const n=this.frame,i=Jt.flatMap(l=>t.keyframes[l].map(({frame:c})=>({path:l,frame:c}))).filter(({frame:l})=>(l-n)*e>0).sort((l,c)=>(l.frame-c.frame)*e),r=this.state.keyframes.length===1?this.state.keyframes[0]:void 0;if(r?.frame===n&&r.path===(e===1?"expression":"head")){const l={path:e===1?"head":"expression",frame:n};if(this.state.keyframe(l))return this.goTo(l)}const a=i[0];if(!a)return;const o=i.find(l=>l.frame===a.frame&&l.path===(e===1?"expression":"head"));return this.goTo(o??a)}goTo(e){this.state.select([e]),this.seek(this.state.time(e.frame));const t=this.state.keyframe(e);t&&this.announce(`Keyframe of the ${e.path} at ${this.said(e.frame)}, strength ${t.strength.toFixed(2)}`)}seek(e){this.player.seek(e),this.reveal(e)}selectAll(){const{shownTake:e,project:t}=this.state;!e||!t||(this.state.selectRange({start:0,stop:t.frames}),this.state.select(Jt.flatMap(n=>e.keyframes[n].map(({frame:i})=>({path:n,frame:i})))))}mark(e){const{project:t,range:n}=this.state;if(!t)return;const i={start:n?.start??0,stop:n?.stop??t.frames,[e]:this.frame};i.stop>i.start?this.state.selectRange(i):this.state.selectRange({start:i[e],stop:e==="start"?t.frames:i.stop})}deselect(){this.state.select([]),this.state.selectRange(void 0)}pin(e){this.inRange(t=>({edit:"pin",path:e,...t}))}unpin(e){this.inRange(t=>({edit:"unpin",path:e,...t}))}pinned(e){const{range:t,project:n}=this.state;if(!t||!n)return!1;const i=n.pins.filter(a=>a.path===e).sort((a,o)=>a.start-o.start);let r=t.start;for(const{start:a,stop:o}of i)a<=r&&(r=Math.max(r,o));return r>=t.stop}togglePins(){if(!this.state.range){this.announce("Select a range to pin it: drag in the timeline, or press I and O");return}Jt.every(e=>this.pinned(e))?this.unpin(null):this.pin(null)}reroll(e){this.state.range&&!this.state.automatic&&this.announce(`Another seed for the ${e}; press R to regenerate`);const t=Math.floor(Math.random()*1e6);this.inRange(n=>({edit:"set_sampling",path:e,seed:t,gestures:this.state.draws(e),take:this.state.take,...n}))}sample(e,t){this.state.edit([{edit:"set_sampling",path:e,...this.state.span,...t,take:this.state.take}])}choose(e,t){this.state.edit([{edit:"choose_take",take:e,path:t,...this.state.span}])}layers(e){return this.state.edit([{edit:"set_layers",changes:e}])}renameWord(e,t){this.setWords(n=>n.map((i,r)=>r===e?{...i,text:t}:i).filter(i=>i.text))}retimeWord(e,t,n){const i=Math.round(n*1e3)/1e3;this.state.project?.words[e]?.[t]!==i&&this.setWords(r=>r.map((a,o)=>o===e?{...a,[t]:i}:a))}async hear(e){const t=e===null?"Listening for words":"Timing the words";await this.state.during(t,()=>this.state.change(n=>Be.words(n,e)))}setWords(e){this.state.edit(()=>[{edit:"set_words",words:e(this.state.project?.words??[])}])}inRange(e){this.state.range?this.state.edit([e(this.state.span)]):this.announce("Select a range first: drag in the timeline, or press I and O")}where({path:e,frame:t}){return{path:e,time:this.state.time(t),take:this.state.take}}said(e){return`${this.state.time(e).toFixed(2)} s`}isSelected(e){return this.state.keyframes.some(t=>Hs(t,e))}}function Ay(s,e,t,n){const i=new Set(t.map(({path:o,frame:l})=>`${o} ${l}`)),r=o=>e.every(({path:l,frame:c})=>c+o>=0&&c+o<n&&!i.has(`${l} ${c+o}`)),a=s<0?-1:1;for(let o=0;o<=Math.abs(s)+n;o++)for(const l of[s+a*o,s-a*o])if(l*a>0&&r(l))return l;return 0}function Hl({emotion:s,valence:e,arousal:t}){return s?s.replace("_"," "):`valence ${(e??0).toFixed(1)}, arousal ${(t??0).toFixed(1)}`}const il=/Mac|iPhone|iPad/.test(navigator.platform),Ry={" ":"Space",ArrowLeft:"←",ArrowRight:"→",ArrowUp:"↑",ArrowDown:"↓",Escape:"Esc"};function oi(s){return s.split("+").map(e=>e==="Mod"?il?"⌘":"Ctrl":Ry[e]??(e.length===1?e.toUpperCase():e)).join(il?" ":"+")}function Cy(s){const e=s.key.length===1?s.key.toLowerCase():s.key,t=[];return(il?s.metaKey:s.ctrlKey)&&t.push("Mod"),s.altKey&&t.push("Alt"),s.shiftKey&&(e.length>1||/[a-z ]/.test(e))&&t.push("Shift"),[...t,e].join("+")}function Ly(s){addEventListener("keydown",e=>{if(e.defaultPrevented||document.querySelector("dialog[open]"))return;const{target:t}=e,n=t instanceof HTMLTextAreaElement||t instanceof HTMLInputElement&&!["range","checkbox","radio"].includes(t.type),i=Cy(e);if(n&&!/^Mod\+[seo]$/.test(i)||(t instanceof HTMLInputElement||t instanceof HTMLSelectElement)&&/^(Shift\+)?(Arrow.*|Home|End|Page.*| )$/.test(i)||t instanceof HTMLElement&&t.getAttribute("role")==="tab"&&/^Arrow(Left|Right)$/.test(i)||t instanceof HTMLButtonElement&&(i===" "||i==="Enter"))return;const a=s().flatMap(({shortcuts:o})=>o).find(({keys:o})=>o.includes(i));a&&(e.preventDefault(),bi(),a.run())})}function wu(s,e){const{clientWidth:t,clientHeight:n}=e,i=s.getContext("2d");if(!i||t===0)return;const r=Math.min(devicePixelRatio,2);return(s.width!==Math.round(t*r)||s.height!==Math.round(n*r))&&(s.width=Math.round(t*r),s.height=Math.round(n*r)),i.setTransform(r,0,0,r,0,0),i.clearRect(0,0,t,n),{context:i,width:t,height:n}}const Tu=["hold","attack","release"],Xi=5,ja=14,ia=8,Uh=250;function Au({frame:s,hold:e,attack:t,release:n}){return{from:s-(t??ia),start:s,end:s+e,to:s+e+(n??ia)}}function Ru(s,e,t,n){const{from:i,start:r,end:a,to:o}=Au(s),l=u=>e.x(u/n),[c,h]=[Ei(t,s.strength),t.top+t.height-2-Xi],d=Math.max(l(a),l(r)+ja);return{attack:{x:Math.min(l(i),l(r)-ja),y:h},hold:{x:d,y:c},release:{x:Math.max(l(o),d+ja),y:h}}}function Py(s,e,t,n){const i=(r,a,o)=>Math.min(Math.max(r,a),o);return s==="hold"?{hold:i(e.hold+t,0,n-1-e.frame)}:s==="attack"?{attack:i((e.attack??ia)-t,1,Uh)}:{release:i((e.release??ia)+t,1,Uh)}}function Iy({context:s,view:e,palette:t},n,i,r,a,o){if(Object.keys(r.pose).length===0)return;const{from:l,start:c,end:h,to:d}=Au(r),u=m=>e.x(m/o),[f,p]=[Ei(n,r.strength),n.top+n.height-2];if(r.hold>0||a){s.beginPath(),s.moveTo(u(l),p),s.lineTo(u(c),f),s.lineTo(u(h),f),s.lineTo(u(d),p),s.fillStyle=t[i],s.globalAlpha=a?.22:.14,s.fill(),s.globalAlpha=1,s.strokeStyle=t[i],s.lineWidth=1.5;const m=(g,y,T)=>{s.setLineDash(T?[3,3]:[]),s.beginPath(),s.moveTo(...g),s.lineTo(...y),s.stroke()};m([u(l),p],[u(c),f],r.attack===null),m([u(c),f],[u(h),f],!1),m([u(h),f],[u(d),p],r.release===null),s.setLineDash([])}if(!a)return;const v=Ru(r,e,n,o);for(const m of Tu){const{x:g,y}=v[m],T=m==="hold"?r.hold>0:r[m]!==null;s.beginPath(),s.roundRect(g-Xi,y-Xi,2*Xi,2*Xi,m==="hold"?Xi:2),s.fillStyle=T?t[i]:t.surface,s.fill(),s.strokeStyle=T?t.ink:t[i],s.stroke()}s.lineWidth=1}function Dy(s,e,t,n){const i=new Map(s.map(o=>[o,e(o)])),r=[],a=new Set;for(const o of[...s].sort((l,c)=>t(c)-t(l))){const l=i.get(o);let c=0;for(let h=r.length;c<h;){const d=c+h>>1;r[d]<l?c=d+1:h=d}l-(r[c-1]??-1/0)<n||(r[c]??1/0)-l<n||(r.splice(c,0,l),a.add(o))}return a}const Ny=.3;function Uy(s,e){const t=[];let n;for(const i of s){const r=e(i.text,i.end-i.start);n&&!r&&i.start-n.end<Ny?(n={text:`${n.text} ${i.text}`,start:n.start,end:i.end},t[t.length-1]=n):(t.push(i),n=r?void 0:i)}return t}class ky{ink="";muted="";faint="";grid="";lane="";sound="";chosen="";paper="";surface="";expression="";head="";emotion="";block="";curves=[];read(){const e=getComputedStyle(document.documentElement),t=n=>e.getPropertyValue(`--${n}`).trim();for(const n of["ink","muted","faint","grid","lane","sound","chosen","paper","surface","expression","head","emotion","block"])this[n]=t(n);this.curves=[1,2,3,4,5,6].map(n=>t(`curve-${n}`))}}const kh=[.04,.1,.2,.5,1,2,5,10,15,30,60,120,300];function Oy(s){const e=kh.find(i=>i*s.scale>=70)??600,t=i=>Math.abs(e/i-Math.round(e/i))<1e-6,n=kh.find(i=>i*s.scale>=7&&t(i))??e;return[e,Math.min(n,e)]}function Fy(s,e){const t=Math.floor(s/60+1e-9),n=e<.1?2:e<1?1:0,i=(s-60*t).toFixed(n);return`${t}:${i.padStart(n?n+3:2,"0")}`}function By({context:s,view:e,palette:t},{top:n,height:i},r){const[a,o]=Oy(e);s.font="11px system-ui, sans-serif",s.textBaseline="middle";for(let l=Math.floor(e.start/o);l*o<=e.end;l++){const c=l*o;if(c<-1e-9||c>e.duration()+1e-9)continue;const h=Math.round(e.x(c))+.5,d=Math.abs(c/a-Math.round(c/a))<1e-6;s.strokeStyle=d?t.faint:t.grid,s.beginPath(),s.moveTo(h,n+(d?i*.5:i*.75)),s.lineTo(h,n+i),s.stroke(),d&&(s.strokeStyle=t.grid,s.beginPath(),s.moveTo(h,n+i),s.lineTo(h,r),s.stroke(),s.fillStyle=t.muted,s.fillText(Fy(c,a),h+4,n+i*.42))}}function zy({context:s,view:e,palette:t},{top:n,height:i},r,a){const o=n+i/2,l=i/2-3;s.fillStyle=t.sound;const c=Math.max(0,Math.floor(e.x(0))),h=Math.min(e.width,Math.ceil(e.x(r.length/2/a)));for(let d=c;d<h;d++){const u=Math.max(0,Math.floor((e.start+d/e.scale)*a)),f=Math.max(u+1,Math.floor((e.start+(d+1)/e.scale)*a));let[p,v]=[0,0];for(let y=u;y<f;y++)p=Math.min(p,r[2*y]??0),v=Math.max(v,r[2*y+1]??0);const m=Math.max(.5,v/127*l),g=Math.max(.5,-p/127*l);s.fillRect(d,o-m,1,m+g)}}function Hy({context:s,view:e,palette:t},{top:n,height:i},r){s.font="12px system-ui, sans-serif",s.textBaseline="middle",r.length===0&&(s.fillStyle=t.muted,s.fillText("Not known yet: double-click to find them",Math.max(e.x(0),0)+6,n+i/2+.5));const a=(o,l)=>s.measureText(o).width<=l*e.scale-6;for(const o of Uy(r,a)){const[l,c]=[e.x(o.start),e.x(o.end)];if(c<0||l>e.width)continue;s.fillStyle=t.lane,s.beginPath(),s.roundRect(l+.5,n+3,Math.max(c-l-1,1),i-6,3),s.fill();const h=c-l-6,d=Gl(s,o.text,h);s.fillStyle=t.ink,d&&s.fillText(d,l+(c-l-s.measureText(d).width)/2,n+i/2+.5)}}function Gl(s,e,t){if(s.measureText(e).width<=t)return e;for(let n=e.length-1;n>1;n--){const i=`${e.slice(0,n)}…`;if(s.measureText(i).width<=t)return i}return""}const Gy=9;function Ei({top:s,height:e},t){return s+e-6-t*(e-16)}function Vy({context:s,view:e,palette:t},n,i,r,a){const o=n.top+n.height-2,c=Dy(r,({frame:h})=>e.x(h/a),({selected:h,pose:d,gesture:u,strength:f})=>(h?4:0)+(u||Object.keys(d).length>0?2:0)+f,Gy);for(const h of r)Iy({context:s,view:e,palette:t},n,i,h,h.selected,a);s.font="10.5px system-ui, sans-serif",s.textBaseline="middle";for(const h of r){const{frame:d,strength:u,pose:f,gesture:p,selected:v}=h,m=e.x(d/a);if(m<-8||m>e.width+8)continue;const g=Ei(n,u);if(s.strokeStyle=s.fillStyle=t[i],!c.has(h)&&!v){s.globalAlpha=.35,s.fillRect(Math.round(m),g,1,o-g),s.globalAlpha=1;continue}s.lineWidth=v?2:1.5,s.beginPath(),s.moveTo(m,o),s.lineTo(m,g),s.stroke(),s.beginPath(),Object.keys(f).length>0?Xy(s,m,g,v?7:6):p?s.rect(m-4,g-4,8,8):s.arc(m,g,v?5:4,0,2*Math.PI),s.fill(),s.strokeStyle=v?t.ink:t.paper,s.lineWidth=v?2:1,s.stroke(),p&&(s.fillStyle=t.muted,s.fillText(p.replace("_"," "),m+8,g+1))}s.lineWidth=1}function Wy(s,e,t,n){const{context:i,view:r,palette:a}=s,o=e.top+e.height-2;i.font="12px system-ui, sans-serif",i.textBaseline="middle",t.length===0&&(i.fillStyle=a.muted,i.fillText("None: double-click to add one",Math.max(r.x(0),0)+6,e.top+e.height/2+.5));for(const l of t){const[c,h]=[r.x(l.start),r.x(l.end)],[d,u]=[r.x(l.start-l.onset),r.x(l.end+l.decay)];if(u<0||d>r.width)continue;const f=Ei(e,l.intensity);i.beginPath(),i.moveTo(d,o),i.bezierCurveTo((d+c)/2,o,(d+c)/2,f,c,f),i.lineTo(h,f),i.bezierCurveTo((h+u)/2,f,(h+u)/2,o,u,o),i.fillStyle=i.strokeStyle=a.emotion,i.globalAlpha=l===n?.3:.16,i.fill(),i.globalAlpha=1,i.lineWidth=l===n?2:1.5,i.stroke();for(const v of[c,h])i.beginPath(),i.arc(v,f,l===n?5:4,0,2*Math.PI),i.fillStyle=a.emotion,i.fill(),i.strokeStyle=l===n?a.ink:a.paper,i.lineWidth=l===n?2:1,i.stroke();if(l===n){i.fillStyle=a.emotion;for(const v of[d,u])i.beginPath(),i.arc(v,o-2,3.5,0,2*Math.PI),i.fill()}const p=Gl(i,Hl(l),h-c-14);i.fillStyle=a.ink,p&&i.fillText(p,(c+h-i.measureText(p).width)/2,o-Math.min(8,e.height/6))}i.lineWidth=1}function Xy(s,e,t,n){s.moveTo(e,t-n),s.lineTo(e+n,t),s.lineTo(e,t+n),s.lineTo(e-n,t),s.closePath()}function Cu(s,e,t,n,i){const{context:r,palette:a}=s;for(const[o,l]of Vl(s.view,n,i)){r.save(),r.beginPath(),r.rect(o,e.top+1,l-o,e.height-2),r.clip(),r.globalAlpha=.1,r.fillStyle=a[t],r.fillRect(o,e.top,l-o,e.height),r.globalAlpha=.3,r.strokeStyle=a[t],r.beginPath();const c=Math.floor((o-e.height)/7)*7;for(let h=c;h<l;h+=7)r.moveTo(h,e.top+e.height),r.lineTo(h+e.height,e.top);r.stroke(),r.restore()}}function $y(s,e,t,n){const{context:i,palette:r}=s;for(const[a,o]of Vl(s.view,t,n))i.fillStyle=r.ink,i.globalAlpha=.07,i.fillRect(a,e.top,o-a,e.height),i.globalAlpha=.75,i.fillRect(a,e.top,o-a,3),i.globalAlpha=1}function qy(s,e,t,n,i){const{context:r,palette:a}=s,o=(e.height-7)/2;["expression","head"].forEach((l,c)=>{const h={top:e.top+3+c*(o+1),height:o};for(const[d,u]of Vl(s.view,t[l],i))r.fillStyle=a[l],r.globalAlpha=.75,r.beginPath(),r.roundRect(d,h.top,u-d,o,2),r.fill(),r.globalAlpha=1;Cu(s,h,l,n[l],i)})}const Ky=[.1,.25,.5,1,2,5,10,15,20,30,45,60,90];function Yy([s,e],t){const n=a=>Math.abs(e/a-Math.round(e/a))<1e-9,i=Ky.find(a=>n(a)&&(e-s)/a<=t)??e,r=Math.ceil(s/i-1e-9);return Array.from({length:Math.floor(e/i+1e-9)-r+1},(a,o)=>(r+o)*i)}function Oh({context:s,view:e,palette:t},{top:n,height:i},r,[a,o],l,c,h=""){const d=y=>n+i-6-(y-a)/(o-a)*(i-12),u=Yy([a,o],Math.max(2,Math.floor(i/26))),[f,p]=[Math.max(0,e.x(0)),Math.min(e.width,e.x(l/c))];for(const y of u)s.strokeStyle=y===0?t.faint:t.grid,s.setLineDash(y===0?[2,3]:[]),s.beginPath(),s.moveTo(f,Math.round(d(y))+.5),s.lineTo(p,Math.round(d(y))+.5),s.stroke();s.setLineDash([]);const v=Math.max(0,Math.floor(e.start*c)-1),m=Math.min(l-1,Math.ceil(e.end*c)+1),g=Math.max(1,Math.floor(c/e.scale/2));s.save(),s.beginPath(),s.rect(0,n,e.width,i),s.clip(),s.lineWidth=1.5,s.lineJoin="round";for(const{colour:y,value:T}of r){s.strokeStyle=y,s.beginPath();for(let S=v;S<=m;S+=g)s.lineTo(e.x(S/c),d(T(S)));s.stroke()}s.restore(),s.lineWidth=1,jy({context:s,palette:t},u.map(y=>({text:`${Number(y.toFixed(2))}${h}`,y:d(y)})))}function jy({context:s,palette:e},t){s.font="10px system-ui, sans-serif",s.textBaseline="middle",s.lineJoin="round",s.lineWidth=3;for(const{text:n,y:i}of t)s.strokeStyle=e.surface,s.strokeText(n,3,i),s.fillStyle=e.muted,s.fillText(n,3,i);s.lineWidth=1}function Zy({context:s,view:e,palette:t},n,i,r){const[a,o]=[e.x(n.start/i),e.x(n.stop/i)];s.globalAlpha=.16,s.fillStyle=t.chosen,s.fillRect(a,0,o-a,r),s.globalAlpha=1,s.fillRect(Math.round(a),0,1,r),s.fillRect(Math.round(o),0,1,r)}function Vl(s,e,t){return e.map(({start:n,stop:i})=>[s.x((n-.5)/t),s.x((i-.5)/t)]).map(([n,i])=>[Math.max(n,-20),Math.min(i,s.width+20)]).filter(([n,i])=>i>n)}const Jy={add:"added to the motion",replace:"in place of the motion"};function Fh(s,e,t,n){const i=E("select",{"aria-label":s});for(const[r,a]of Object.entries(e))i.append(new Option(a,r));return i.value=t,i.addEventListener("change",()=>n(i.value)),E("label",{class:"choice"},E("span",{class:"name"},s),i)}function Qy(s){const{selected:e}=s;if(!e)return;const{curve:t,key:n}=e,{scale:i,unit:r,least:a,greatest:o,digits:l}=zs(t.channel,t.mode),c=p=>Number((p*i).toFixed(l)),h=(p,v)=>Zt({label:p,value:c(n[v]),step:"any",unit:`${r}/s`,done:m=>{s.change(()=>({[v]:m/i}))}}),d=(p,v)=>Zt({label:p,value:Number(t[v].toFixed(2)),least:0,greatest:10,step:"any",unit:"s",done:m=>s.changeCurve({[v]:m})}),u=Object.fromEntries(my.map(p=>[p,p])),f=Wt(`Curve of ${t.channel}`,Fh("The curve is",Jy,t.mode,p=>s.changeCurve({mode:p})),Zt({label:"Key at",value:Number(n.time.toFixed(3)),least:0,step:"any",unit:"s",done:p=>{s.change(()=>({time:p}))}}),Zt({label:"Value",value:c(n.value),least:a,greatest:o,step:"any",unit:r,done:p=>{s.change(()=>({value:p/i}))}}),Fh("Tangent",u,n.tangent,p=>{s.change(()=>({tangent:p}))}),...n.tangent==="free"?[h("Comes in by","slope_in"),h("Goes out by","slope_out")]:[],d("Curve fades in over","fade_in"),d("Curve fades out over","fade_out"),E("div",{class:"buttons"},ie("Delete the key",()=>s.remove(),{icon:"trash",text:"Key",keys:"Del",kind:"outline"}),ie("Delete the curve",()=>s.removeCurve(),{icon:"trash",text:"Curve",kind:"outline"})));return f.classList.add("block"),f}function eM(s,e){const t=E("select",{class:"channel","aria-label":"Channel of the curve"},new Option("Curve of…","")),n=[...new Set(e)];for(const i of[...n,...s.channels.filter(r=>!n.includes(r))])t.append(new Option(n.includes(i)?`${i} •`:i,i));return t.value=s.channel??"",t.addEventListener("change",()=>s.show(t.value||void 0)),t}const tM=7;class nM{constructor(e,t,n,i){this.lane=e,this.view=t,this.blocks=n,this.snapped=i}lane;view;blocks;snapped;shown(e){const t=this.blocks.selected?.one;return this.blocks.of(this.lane).map(n=>({one:e?.held===n?{...n,...e.changes}:n,chosen:n===t}))}fades(e){const t=e,[n,i]=this.lane.fades??["",""];return[t[n]??0,t[i]??0]}paint({context:e,view:t,palette:n},i,r){const[a,o]=[i.top+4,i.top+i.height-4],l=this.shown(r);e.font="12px system-ui, sans-serif",e.textBaseline="middle",l.length===0&&(e.fillStyle=n.muted,e.fillText("None: double-click to add one",Math.max(t.x(0),0)+6,(a+o)/2+.5));for(const{one:c,chosen:h}of l){const[d,u]=this.fades(c),[f,p]=[t.x(c.start),t.x(c.end)],[v,m]=[t.x(c.start-d),t.x(c.end+u)];if(m<0||v>t.width)continue;e.beginPath(),e.moveTo(v,o),e.bezierCurveTo((v+f)/2,o,(v+f)/2,a,f,a),e.lineTo(p,a),e.bezierCurveTo((p+m)/2,a,(p+m)/2,o,m,o),e.closePath(),e.fillStyle=e.strokeStyle=n.block,e.globalAlpha=h?.32:.16,e.fill(),e.globalAlpha=1,e.lineWidth=h?2:1,e.stroke(),e.fillStyle=n.block;for(const y of[f,p])e.fillRect(Math.round(y)-1,a,2,o-a);if(h&&this.lane.fades)for(const y of[v,m])e.beginPath(),e.arc(y,o,3.5,0,2*Math.PI),e.fill();const g=Gl(e,this.lane.label(c),p-f-10);e.fillStyle=n.ink,g&&e.fillText(g,Math.max(f,0)+6,(a+o)/2+.5)}e.lineWidth=1}at(e,t,n){const i=this.blocks.selected?.one,r=this.blocks.of(this.lane),a=i&&r.includes(i)?[i,...r.filter(h=>h!==i)]:r,o=h=>Math.abs(this.view.x(h)-e)<=tM;for(const h of a){const[d,u]=this.fades(h);if(h===i&&this.lane.fades&&t>n.top+n.height/2){if(o(h.start-d)&&(d>0||e<this.view.x(h.start)))return{held:h,part:"in"};if(o(h.end+u)&&(u>0||e>this.view.x(h.end)))return{held:h,part:"out"}}for(const f of["start","end"])if(o(h[f]))return{held:h,part:f}}const l=this.view.start+e/this.view.scale,c=r.find(({start:h,end:d})=>h<=l&&l<d);return c&&{held:c,part:"whole"}}press(e,t,n){const i=this.at(e,t,n);if(i)return this.blocks.select(this.lane,i.held),{lane:this,...i,x:e,changes:void 0}}drag(e,t){const n=t-e.x;if(!e.changes&&Math.abs(n)<=3)return;const{held:i,part:r}=e,{whole:a}=this.blocks,{frame:o}=this.blocks,l=c=>this.snapped(this.view.x(c)+n);if(r==="whole"){const c=this.blocks.onFrame(l(i.start))-i.start,h=Math.min(Math.max(c,-i.start),a-i.end);e.changes={start:i.start+h,end:i.end+h}}else if(r==="start")e.changes={start:Math.min(Math.max(l(i.start),0),i.end-o)};else if(r==="end")e.changes={end:Math.min(Math.max(l(i.end),i.start+o),a)};else{const[c,h]=this.fades(i),d=r==="in"?c-n/this.view.scale:h+n/this.view.scale,u=this.lane.fades[r==="in"?0:1];e.changes={[u]:Math.round(Math.min(Math.max(d,0),10)*100)/100}}}release(e){const{changes:t}=e;return t&&this.blocks.change(()=>t),t!==void 0}cursor(e,t,n){const i=this.at(e,t,n)?.part;return i&&{start:"ew-resize",end:"ew-resize",in:"col-resize",out:"col-resize",whole:"grab"}[i]}}const Bh=8,Ir=34,iM=.004;class sM{constructor(e,t,n,i){this.view=e,this.state=t,this.curves=n,this.snapped=i}view;state;curves;snapped;get axis(){return zs(this.curves.channel??"",this.curves.shown[0]?.mode??this.curves.mode)}y(e,t){const{low:n,high:i,scale:r}=this.axis;return e.top+e.height-7-(t*r-n)/(i-n)*(e.height-14)}value(e,t){const{low:n,high:i,scale:r}=this.axis;return(n+(e.top+e.height-7-t)/(e.height-14)*(i-n))/r}shown(e){return this.curves.shown.map(t=>e?.curve===t&&e.changed?{...t,keys:t.keys.map((n,i)=>i===e.index?e.changed:n)}:t)}paint(e,t,n){const{context:i,view:r,palette:a}=e,{channel:o}=this.curves;if(i.font="10.5px system-ui, sans-serif",i.textBaseline="middle",o===void 0){i.font="12px system-ui, sans-serif",i.fillStyle=a.muted,i.fillText("Choose a channel on the left, and double-click for keys",Math.max(r.x(0),0)+6,t.top+t.height/2+.5);return}i.save(),i.beginPath(),i.rect(0,t.top,r.width,t.height-1),i.clip(),this.paintAxis(e,t),this.paintMotion(e,t,o);for(const c of this.shown(n))this.paintCurve(e,t,c);const{selected:l}=this.curves;for(const c of this.shown(n)){const h=l&&c.keys.length===l.curve.keys.length&&(n?n.curve===l.curve:c===l.curve);this.paintKeys(e,t,c,h&&(!n||this.curves.shown.indexOf(n.curve)===this.shown(n).indexOf(c))?l.index:-1)}i.restore(),i.lineWidth=1}paintAxis({context:e,view:t,palette:n},i){const{axis:r}=this;for(const a of _y(r)){const o=Math.round(this.y(i,a/r.scale))+.5;e.strokeStyle=a===0?n.faint:n.grid,e.beginPath(),e.moveTo(0,o),e.lineTo(t.width,o),e.stroke(),e.fillStyle=n.muted,e.fillText(`${Number(a.toFixed(2))}${r.unit}`,3,Math.min(Math.max(o,i.top+7),i.top+i.height-7))}}paintMotion({context:e,view:t,palette:n},i,r){const{motion:a}=this.state;if(!a)return;const o=Fl.indexOf(r),l=a.channels.expression.includes(r)?"expression":"head",c=a.channels[l].indexOf(r),h=o>=0?p=>a.angles(p)[o]*Math.PI/180:p=>a.at(p,l,c),d=Math.max(0,Math.floor(t.start*a.fps)-1),u=Math.min(a.frames-1,Math.ceil(t.end*a.fps)+1),f=Math.max(1,Math.floor(a.fps/t.scale));e.strokeStyle=n.faint,e.lineWidth=1.5,e.beginPath();for(let p=d;p<=u;p+=f)e.lineTo(t.x(p/a.fps),this.y(i,h(p)));e.stroke()}paintCurve({context:e,view:t,palette:n},i,r){const a=gy(r.keys),[o,l]=[r.keys[0],r.keys.at(-1)],[c,h]=[t.x(o.time),t.x(l.time)];e.strokeStyle=n.block,e.lineWidth=2,e.beginPath();for(let u=Math.max(c,-2);u<=Math.min(h,t.width+2);u+=1.5)e.lineTo(u,this.y(i,a(t.start+u/t.scale)));e.lineTo(h,this.y(i,l.value)),e.stroke(),e.setLineDash([3,3]),e.lineWidth=1.5;const d=r.mode==="add"?0:void 0;for(const[u,f,p]of[[o.time,o,-r.fade_in],[l.time,l,r.fade_out]]){const[v,m]=[t.x(u),t.x(u+p)],g=this.y(i,f.value),y=d===void 0?g:this.y(i,d);e.globalAlpha=d===void 0?.5:1,e.beginPath(),e.moveTo(v,g),e.bezierCurveTo((v+m)/2,g,(v+m)/2,y,m,y),e.stroke()}e.globalAlpha=1,e.setLineDash([])}paintKeys({context:e,view:t,palette:n},i,r,a){r.keys.forEach((o,l)=>{const[c,h]=[t.x(o.time),this.y(i,o.value)];if(c<-Ir||c>t.width+Ir)return;if(l===a)for(const u of this.handles(i,r,l))e.strokeStyle=e.fillStyle=n.ink,e.lineWidth=1,e.beginPath(),e.moveTo(c,h),e.lineTo(u.x,u.y),e.stroke(),e.beginPath(),e.arc(u.x,u.y,3.5,0,2*Math.PI),e.fill();const d=l===a?5:4;e.fillStyle=n.block,e.strokeStyle=l===a?n.ink:n.paper,e.lineWidth=l===a?2:1,e.beginPath(),e.rect(c-d,h-d,2*d,2*d),e.fill(),e.stroke()})}handles(e,t,n){const i=t.keys[n];if(i.tangent==="step")return[];const{come:r,go:a}=tl(t.keys),[o,l]=[this.view.x(i.time),this.y(e,i.value)],c=(d,u)=>{const f=d==="in"?-1:1,[p,v]=[f*10,this.y(e,i.value+u*f*10/this.view.scale)-l],m=Math.hypot(p,v);return{part:d,x:o+p/m*Ir,y:l+v/m*Ir}},h=[];return n>0&&h.push(c("in",r[n])),n<t.keys.length-1&&h.push(c("out",a[n])),h}at(e,t,n){const{selected:i}=this.curves;if(i){const r=this.handles(n,i.curve,i.index).find(a=>Math.hypot(a.x-e,a.y-t)<=Bh);if(r)return{curve:i.curve,index:i.index,part:r.part}}for(const r of this.curves.shown){const a=r.keys.findIndex(o=>Math.hypot(this.view.x(o.time)-e,this.y(n,o.value)-t)<=Bh);if(a>=0)return{curve:r,index:a,part:"key"}}}press(e,t,n){const i=this.at(e,t,n);if(i)return i.part==="key"&&this.curves.select(i.curve.keys[i.index]),{lane:this,...i,x:e,y:t,changed:void 0}}drag(e,t,n,i,r){if(!e.changed&&Math.hypot(t-e.x,n-e.y)<=3)return;const a=e.curve.keys[e.index];if(e.part==="key"){const p=this.snapped(this.view.x(a.time)+t-e.x),v=this.value(i,this.y(i,a.value)+n-e.y);e.changed=this.curves.between(e.curve,e.index,{...a,time:p,value:v});return}const o=e.part==="in"?-1:1,l=o*Math.max(o*(this.view.start+t/this.view.scale-a.time),iM),c=Math.round((this.value(i,n)-a.value)/l*1e4)/1e4,{come:h,go:d}=tl(e.curve.keys),u={slope_in:c,slope_out:c},f=e.part==="in"?{slope_in:c,slope_out:d[e.index]}:{slope_in:h[e.index],slope_out:c};e.changed={...a,tangent:"free",...r?f:u}}release(e){const{changed:t}=e;return t&&this.curves.change(()=>t),t!==void 0}doubleClick(e,t,n,i){this.curves.channel===void 0||this.at(e,t,n)||this.curves.add(this.snapped(e),this.value(n,t),i)}cursor(e,t,n){const i=this.at(e,t,n);return i&&(i.part==="key"?"move":"crosshair")}}const rM=40;class aM{constructor(e,t){this.view=e,this.phones=t}view;phones;paint({context:e,view:t,palette:n},{top:i,height:r},a){e.font="10.5px system-ui, sans-serif",e.textBaseline="middle";const{selected:o}=this.phones;for(const l of this.phones.all){const{text:c,start:h,end:d}=l,[u,f]=[t.x(h),t.x(d)];if(f<0||u>t.width)continue;const{jaw:p,lips:v}=a?.held===l&&a.now?a.now:this.phones.strength(l);if(l===o&&(e.fillStyle=n.block,e.globalAlpha=.22,e.fillRect(u,i+1,f-u,r-3),e.globalAlpha=1),p!==1||v!==1){const g=(u+f)/2;e.globalAlpha=.55;for(const[y,T,S,R]of[[p,u+1,g,n.expression],[v,g,f-1,n.block]]){const w=Math.min(y/2,1)*(r-4);e.fillStyle=R,e.fillRect(T,i+r-2-w,Math.max(S-T,1),w)}e.globalAlpha=1,e.fillStyle=n.faint,e.fillRect(u,Math.round(i+r-2-(r-4)/2),f-u,1)}e.fillStyle=n.lane,e.fillRect(Math.round(u),i+3,1,r-6);const m=e.measureText(c).width;e.fillStyle=p!==1||v!==1||l===o?n.ink:n.muted,m<=f-u-3&&e.fillText(c,u+(f-u-m)/2+.5,i+r/2+.5)}}at(e){const t=this.view.start+e/this.view.scale;return this.phones.all.find(({start:n,end:i})=>n<=t&&t<i)}press(e,t){const n=this.at(e);if(n)return this.phones.select(n),{lane:this,held:n,y:t,begun:this.phones.strength(n),now:void 0}}drag(e,t){const n=e.y-t;if(!e.now&&Math.abs(n)<=3)return;const i=r=>Math.round(Math.min(Math.max(r+n/rM,0),zl)*100)/100;e.now={jaw:i(e.begun.jaw),lips:i(e.begun.lips)}}release(e){const{now:t}=e;return t&&this.phones.set(()=>t),t!==void 0}cursor(e){return this.at(e)&&"ns-resize"}}const zh=6,Hh=.1;class oM{constructor(e,t,n){this.view=e,this.palette=t,this.changed=n,this.area.append(this.canvas,this.pane,this.now),this.host.append(E("div",{class:"label"},"Overview"),this.area),this.area.addEventListener("pointerdown",i=>this.press(i)),this.area.addEventListener("pointermove",i=>this.move(i));for(const i of["pointerup","pointercancel"])this.area.addEventListener(i,()=>this.grip=void 0);this.area.addEventListener("keydown",i=>this.key(i)),this.area.addEventListener("dblclick",()=>this.show(0,this.duration))}view;palette;changed;host=E("div",{class:"overview"});area=E("div",{class:"strip",tabindex:0,role:"scrollbar","aria-label":"Part of the sound that is shown","aria-orientation":"horizontal","aria-controls":"rows","aria-valuemin":0});canvas=E("canvas",{});pane=E("div",{class:"pane"});now=E("div",{class:"now"});grip;drawn="";draw({marks:e,peaks:t,rate:n}){const i=wu(this.canvas,this.area);if(!i)return;const{context:r,width:a,height:o}=i,l=a/this.duration;r.fillStyle=this.palette.sound;for(let c=0;c<a;c++){const h=Math.min(Math.ceil((c+1)/l*n),t.length/2);let d=0;for(let f=Math.floor(c/l*n);f<h;f++)d=Math.max(d,t[2*f+1],-t[2*f]);const u=Math.max(.5,d/127*(o-8));r.globalAlpha=.75,r.fillRect(c,(o-u)/2,1,u)}r.globalAlpha=Math.min(1,Math.max(.25,a/e.length/8));for(const{time:c,path:h}of e)r.fillStyle=this.palette[h],r.fillRect(Math.round(c*l),h==="expression"?0:o-4,1,4);r.globalAlpha=1,this.drawn=""}follow(e){const{width:t}=this.area.getBoundingClientRect(),n=`${e} ${this.view.start} ${this.view.scale} ${t}`;if(n===this.drawn)return;this.drawn=n;const i=t/this.duration,[r,a]=[Math.max(this.view.start,0),Math.min(this.view.end,this.duration)];this.pane.style.transform=`translateX(${r*i}px)`,this.pane.style.width=`${Math.max((a-r)*i,6)}px`,this.now.style.transform=`translateX(${e*i}px)`,this.area.setAttribute("aria-valuemax",this.duration.toFixed(1)),this.area.setAttribute("aria-valuenow",r.toFixed(1)),this.area.setAttribute("aria-valuetext",`${r.toFixed(1)} to ${a.toFixed(1)} seconds of ${this.duration.toFixed(1)}`)}get duration(){return this.view.duration()}at(e){const{left:t,width:n}=this.area.getBoundingClientRect(),i=n/this.duration;return{time:(e.clientX-t)/i,scale:i}}gripAt(e,t){const{start:n,end:i}=this.view;return Math.abs(e-Math.max(n,0))*t<=zh?{kind:"start"}:Math.abs(e-Math.min(i,this.duration))*t<=zh?{kind:"end"}:{kind:"pan",offset:e>n&&e<i?e-n:(i-n)/2}}press(e){if(e.button!==0)return;const{time:t,scale:n}=this.at(e);this.area.setPointerCapture(e.pointerId),this.grip=this.gripAt(t,n),this.move(e)}move(e){const{time:t,scale:n}=this.at(e),{grip:i,view:r}=this;if(!i){this.area.style.cursor=this.gripAt(t,n).kind==="pan"?"grab":"ew-resize";return}i.kind==="pan"?r.moveTo(t-i.offset):i.kind==="start"?r.show(Math.max(0,Math.min(t,r.end-.1)),r.end,0):r.show(r.start,Math.min(this.duration,Math.max(t,r.start+.1)),0),this.changed()}show(e,t){this.view.show(e,t),this.changed()}key(e){const t=this.view.end-this.view.start,n={ArrowLeft:this.view.start-Hh*t,ArrowRight:this.view.start+Hh*t,PageUp:this.view.start-t,PageDown:this.view.start+t,Home:0,End:this.duration}[e.key];n===void 0||e.altKey||e.ctrlKey||e.metaKey||e.shiftKey||(e.preventDefault(),e.stopPropagation(),this.view.moveTo(n),this.changed())}}function lM(s,e){const t=a=>s.reduce((o,l)=>o+a(l),0),[n,i]=[t(a=>a.natural),t(a=>a.least)];if(e>=n){const a=s.filter(({grows:o})=>o).length;return s.map(o=>o.natural+(o.grows?Math.floor((e-n)/a):0))}const r=Math.max(0,(e-i)/(n-i));return s.map(a=>a.least+Math.floor(r*(a.natural-a.least)))}const cM=1500;class hM{constructor(e){this.duration=e}duration;start=0;scale=100;width=0;wanted;get end(){return this.start+this.width/this.scale}x(e){return(e-this.start)*this.scale}time(e){return Math.min(Math.max(this.start+e/this.scale,0),this.duration())}show(e,t,n=.02){if(this.width===0){this.wanted=[e,t,n];return}this.wanted=void 0;const i=Math.max(t-e,.08);this.scale=this.width/(i*(1+2*n)),this.start=e-i*n,this.clamp()}resize(e){this.width>0&&e>0&&(this.scale*=e/this.width),this.width=e,e!==0&&(this.wanted?this.show(...this.wanted):this.clamp())}zoom(e,t){const n=this.start+t/this.scale;this.scale*=e,this.clamp(),this.start=n-t/this.scale,this.clamp()}pan(e){this.start+=e/this.scale,this.clamp()}moveTo(e){this.start=e,this.clamp()}reveal(e){return e>=this.start&&e<=this.end?!1:(this.start=e-.1*this.width/this.scale,this.clamp(),!0)}clamp(){const e=this.duration()*1.04;this.scale=Math.min(Math.max(this.scale,this.width/Math.max(e,.1)),cM);const t=-.02*this.duration(),n=Math.max(t,this.duration()*1.02-this.width/this.scale);this.start=Math.min(Math.max(this.start,t),n)}}const Gh=400,Ln=8,dM={ruler:[24,20],sound:[46,22],words:[26,20],phones:[28,20],track:[46,36],emotion:[44,38],lane:[24,22],blocks:[32,20],curve:[132,112],nocurve:[30,20]},Vh={heading:22,entry:13},uM=[10,20,30,45,60,90],fM=1,Xr=["yaw","pitch","roll"];class pM{constructor(e,t,n,i,r){this.state=e,this.player=t,this.commands=n,this.chooseCurves=i,this.editTranscript=r,this.view=new hM(()=>Math.max(e.project?.duration??1,.1)),this.lanes=yu.map(a=>new nM(a,this.view,n.blocks,o=>this.snapped(o))),this.phones=new aM(this.view,n.phones),this.curve=new sM(this.view,e,n.curves,a=>this.snapped(a)),this.area.append(this.canvas,this.playhead),this.overview=new oM(this.view,this.palette,()=>this.redraw()),this.body.append(this.labels,this.area),this.host.append(this.overview.host,this.body),this.area.addEventListener("pointerdown",a=>this.press(a)),this.area.addEventListener("pointermove",a=>this.move(a)),this.area.addEventListener("pointerup",a=>this.release(a)),this.area.addEventListener("pointercancel",()=>this.drag=void 0),this.area.addEventListener("dblclick",a=>this.doubleClick(a)),this.area.addEventListener("wheel",a=>this.wheel(a),{passive:!1}),new ResizeObserver(()=>this.layout()).observe(this.body),e.on("project",()=>this.layout());for(const a of["motion","selection","look"])e.on(a,()=>this.redraw());this.palette.read()}state;player;commands;chooseCurves;editTranscript;host=E("section",{class:"timeline","aria-label":"Timeline"});view;channels=["jawOpen","mouthFunnel","mouthSmileLeft","browInnerUp"];labels=E("div",{class:"labels"});area=E("div",{class:"area",tabindex:0,role:"slider","aria-label":"Time","aria-valuemin":0});canvas=E("canvas",{});playhead=E("div",{class:"playhead"});palette=new ky;lanes;curve;phones;overview;body=E("div",{class:"body",id:"rows"});peaks=new Int8Array;rows=[];drag;stale=!0;shownTime=-1;open(e){this.peaks=e,this.layout(),this.fit()}fit(){this.view.show(0,this.view.duration()),this.redraw()}zoomToSelection(){const{start:e,end:t}=this.state.span;this.view.show(e,t),this.redraw()}zoom(e){const t=this.view.x(this.player.now());this.view.zoom(e,t>=0&&t<=this.view.width?t:this.view.width/2),this.redraw()}recolour(){this.palette.read(),this.layout()}redraw(){this.stale=!0}show(e){e!==this.shownTime&&(this.player.playing&&!this.drag&&(e>this.view.end||e<this.view.start)&&(this.view.start=e-.05*(this.view.end-this.view.start),this.redraw()),this.shownTime=e,this.area.setAttribute("aria-valuenow",e.toFixed(2)),this.area.setAttribute("aria-valuetext",`${e.toFixed(2)} seconds`)),this.playhead.style.transform=`translateX(${this.view.x(e)}px)`,this.stale&&this.draw(),this.overview.follow(e)}reveal(e){this.view.reveal(e)&&this.redraw()}layout(){const{project:e}=this.state;this.view.resize(this.area.clientWidth);const t=[],n=(o,l={})=>{const[c,h]=dM[o];t.push({kind:o,natural:c,least:h,...l})};n("ruler"),n("sound"),n("words"),e?.phones.length&&n("phones"),this.state.canFeel&&n("emotion");for(const o of Jt)n("track",{path:o});const i=e?.takes??[];if(i.length>1)for(const{name:o}of i)n("lane",{take:o});for(const o of this.lanes)n("blocks",{blocks:o});n(this.commands.curves.channel===void 0?"nocurve":"curve");for(const[o,{length:l}]of[["curves",this.channels],["angles",Xr]]){const c=Vh.heading+Math.max(l,3)*Vh.entry;t.push({kind:o,natural:c+12,least:c,grows:!0})}const r=lM(t,this.body.clientHeight);let a=0;this.rows=t.map(({natural:o,least:l,grows:c,...h},d)=>{const u={...h,top:a,height:r[d]};return a+=u.height,u}),this.area.style.height=`${a}px`,this.area.setAttribute("aria-valuemax",this.view.duration().toFixed(2)),this.label(),this.redraw()}label(){const e=this.rows.map(t=>{const n=E("div",{class:`label ${t.kind}`,style:`height: ${t.height}px`});if(t.kind==="sound"&&n.append("Voice"),t.kind==="phones"&&n.append("Phones"),t.kind==="words"&&n.append("Words",ie("Edit the words",this.editTranscript,{icon:"words"})),t.kind==="emotion"){const i=()=>this.commands.addEmotion();n.append(E("i",{class:"emotion"}),"Emotion",ie("Add an emotion",i,{icon:"plus",keys:"M"}))}if(t.kind==="track"&&t.path){const{path:i}=t,r=i==="head"?"Head":"Expression",a=i==="head"?"H":"E",o=()=>this.commands.addKeyframe(i);n.append(E("i",{class:i}),r,ie(`Add ${i} keyframe`,o,{icon:"plus",keys:a}))}if(t.blocks){const{lane:i}=t.blocks,r=()=>this.commands.blocks.add(i);n.append(E("i",{class:"block"}),i.title,ie(`Add ${i.one}`,r,{icon:"plus"}))}return(t.kind==="curve"||t.kind==="nocurve")&&n.append(eM(this.commands.curves,(this.state.project?.layers.curves??[]).map(({channel:i})=>i))),t.kind==="lane"&&t.take!==void 0&&n.append(this.laneLabel(t.take)),t.kind==="curves"&&n.append(E("div",{class:"heading"},"Curves",ie("Choose curves",this.chooseCurves,{icon:"curves"})),this.legend(this.channels)),t.kind==="angles"&&n.append(E("div",{class:"heading"},"Head, degrees"),this.legend(Xr)),n});this.labels.replaceChildren(...e)}laneLabel(e){const t=ie(`Edit ${e}`,()=>this.state.setTake(e),{text:e,kind:"take"});return Dt(t,this.state.shownTake?.name===e),t}legend(e){const t=e.map((n,i)=>{const r=E("i",{style:`background: ${this.colour(i)}`});return E("li",{title:n},r,n)});return E("ul",{},...t)}colour(e){return this.palette.curves[e%this.palette.curves.length]??this.palette.ink}draw(){this.stale=!1;const e=wu(this.canvas,this.area);if(!e)return;const{context:t,width:n,height:i}=e;t.lineWidth=1;const r={context:t,view:this.view,palette:this.palette};for(const{top:d,height:u}of this.rows)t.fillStyle=this.palette.grid,t.fillRect(0,d+u-1,n,1);const{project:a,range:o,shownTake:l}=this.state;if(!a)return;const{fps:c}=a,h=Jt.flatMap(d=>(l?.keyframes[d]??[]).map(({frame:u})=>({time:u/c,path:d})));this.overview.draw({marks:h,peaks:this.peaks,rate:Gh});for(const d of this.rows)this.drawRow(r,d,i);o&&Zy(r,o,a.fps,i)}drawRow(e,t,n){const{project:i,motion:r,shownTake:a}=this.state;if(!i||!a)return;const{fps:o}=i;if(t.kind==="ruler"&&By(e,t,n),t.kind==="sound"&&zy(e,t,this.peaks,Gh),t.kind==="words"&&Hy(e,t,this.words()),t.kind==="phones"&&this.phones.paint(e,t,this.drag?.kind==="phone"?this.drag.phone:void 0),t.kind==="emotion"){const{emotions:l,chosen:c}=this.emotions();Wy(e,t,l,c)}if(t.blocks?.paint(e,t,this.drag?.kind==="block"?this.drag.block:void 0),(t.kind==="curve"||t.kind==="nocurve")&&this.curve.paint(e,t,this.drag?.kind==="curve"?this.drag.curve:void 0),t.kind==="track"&&t.path){const{path:l}=t;Cu(e,t,l,a.stale[l],o);const c=i.pins.filter(h=>h.path===l);$y(e,t,c,o),Vy(e,t,l,this.stems(l,a.keyframes[l]),o)}if(t.kind==="lane"){const l=i.takes.find(({name:c})=>c===t.take);if(l){const c={expression:this.seen(l.name,"expression"),head:this.seen(l.name,"head")};qy(e,t,c,l.stale,o)}}if(r){if(t.kind==="curves"){const l=this.channels.map((c,h)=>{const d=r.channels.expression.indexOf(c);return{colour:this.colour(h),value:u=>r.at(u,"expression",d)}});Oh(e,t,l,[0,1],r.frames,o)}if(t.kind==="angles"){const l=this.angles(),c=Xr.map((h,d)=>({colour:this.colour(d),value:u=>l.values[u]?.[d]??0}));Oh(e,t,c,[-l.reach,l.reach],r.frames,o,"°")}}}angleCache;angles(){const{motion:e}=this.state;if(this.angleCache?.of!==e){const t=Array.from({length:e?.frames??0},(r,a)=>e.angles(a)),n=t.reduce((r,a)=>Math.max(r,...a.map(Math.abs)),0),i=uM.find(r=>r>=n)??180;this.angleCache={of:e,values:t,reach:i}}return this.angleCache}words(){const e=this.state.project?.words??[],{drag:t}=this;return t?.kind!=="word"?e:e.map((n,i)=>i===t.index?{...n,[t.edge]:t.time}:n)}emotions(){const{drag:e,state:t}=this,n=t.emotion;let i=n;return{emotions:t.emotions.map(a=>e?.kind!=="emotion"||a!==n?a:(i={...a,...e.changes},i)),chosen:i}}stems(e,t){const{drag:n}=this;return t.map(i=>{const r=this.state.keyframes.some(a=>Hs(a,{path:e,frame:i.frame}));return r&&n?.kind==="hold"?{...i,...n.lengths,selected:r}:!r||n?.kind!=="keyframes"?{...i,selected:r}:{...i,frame:i.frame+n.by,strength:n.strength??i.strength,selected:r}})}seen(e,t){const{project:n}=this.state;if(!n)return[];let i=n.takes[0]?.name===e?[{start:0,stop:n.frames}]:[];for(const r of n.choices)r.path===t&&(i=i.flatMap(({start:a,stop:o})=>[{start:a,stop:Math.min(o,r.start)},{start:Math.max(a,r.stop),stop:o}].filter(l=>l.stop>l.start)),r.take===e&&i.push(r));return i}place(e){const{left:t,top:n}=this.area.getBoundingClientRect(),[i,r]=[e.clientX-t,e.clientY-n];return{x:i,y:r,row:this.rows.find(a=>r>=a.top&&r<a.top+a.height)}}frameAt(e){const{project:t}=this.state;return t?Math.min(Math.round(this.snapped(e)*t.fps),t.frames):0}snapped(e,t){const n=this.view.time(e),{project:i,shownTake:r,snap:a}=this.state;if(!a||!i||!r)return n;const l=[this.player.now(),...i.words.flatMap(({start:c,end:h})=>[c,h]),...Jt.filter(c=>c!==t).flatMap(c=>r.keyframes[c].map(({frame:h})=>h/i.fps))].reduce((c,h)=>Math.abs(h-n)<Math.abs(c-n)?h:c,1/0);return Math.abs(l-n)*this.view.scale<=Ln?l:n}keyframeAt(e,t,n){const{project:i,shownTake:r}=this.state;if(!n.path||!i||!r)return;const{path:a}=n,o=({frame:c,strength:h})=>Math.hypot(this.view.x(c/i.fps)-e,.2*(Ei(n,h)-t)),l=r.keyframes[a].filter(({frame:c})=>Math.abs(this.view.x(c/i.fps)-e)<=Ln).sort((c,h)=>o(c)-o(h))[0];return l&&{path:a,frame:l.frame}}handleAt(e,t,n){const{keyframes:i,project:r}=this.state,a=i.length===1?i[0]:void 0,o=a&&a.path===n.path?this.state.keyframe(a):void 0;if(!a||!o||!r||Object.keys(o.pose).length===0)return;const l=Ru(o,this.view,n,r.fps),c=Tu.find(h=>Math.abs(l[h].x-e)<=Ln-1&&Math.abs(l[h].y-t)<=Ln);return c&&{held:a,part:c,before:o}}emotionAt(e,t,n){if(n.kind!=="emotion")return;const{emotions:i,emotion:r}=this.state,a=r?[r,...i.filter(c=>c!==r)]:i;for(const c of a){const h=Ei(n,c.intensity);if(c===r&&t>n.top+n.height-2*Ln){if(Math.abs(this.view.x(c.start-c.onset)-e)<=Ln)return{held:c,part:"onset"};if(Math.abs(this.view.x(c.end+c.decay)-e)<=Ln)return{held:c,part:"decay"}}for(const d of["start","end"])if(Math.abs(this.view.x(c[d])-e)<=Ln&&Math.abs(h-t)<=2*Ln)return{held:c,part:d}}const o=this.view.start+e/this.view.scale,l=i.find(({start:c,end:h})=>c<=o&&o<h);return l&&t>=Ei(n,l.intensity)-Ln?{held:l,part:"whole"}:void 0}dragEmotion(e,t,n){const[i,r]=[t-e.x,e.y-n];!e.axis&&Math.hypot(i,r)>3&&(e.axis=Math.abs(i)>=Math.abs(r)?"time":"intensity");const a=e.part==="onset"||e.part==="decay";!e.axis&&Math.hypot(i,r)>4&&(e.axis=a||Math.abs(i)>=Math.abs(r)?"time":"intensity");const{project:o}=this.state,l=this.rows.find(({kind:f})=>f==="emotion");if(!o||!l)return;const{held:c,part:h}=e,[d,u]=[1/o.fps,o.frames/o.fps];if(e.axis==="intensity"){const f=Math.min(Math.max(c.intensity+r/(l.height-16),0),1);e.changes={intensity:Math.round(f*100)/100}}else if(e.axis==="time"&&(h==="onset"||h==="decay")){const f=(h==="onset"?-i:i)/this.view.scale;e.changes={[h]:Math.round(Math.min(Math.max(c[h]+f,0),10)*100)/100}}else if(e.axis==="time"&&h==="whole"){const f=this.snapped(this.view.x(c.start)+i)-c.start,p=Math.min(Math.max(f,-c.start),u-c.end);e.changes={start:c.start+p,end:c.end+p}}else if(e.axis==="time"){const f=this.snapped(this.view.x(c[h])+i);h==="start"?e.changes={start:Math.min(Math.max(f,0),c.end-d)}:e.changes={end:Math.min(Math.max(f,c.start+d),u)}}}wordEdge(e){const t=this.state.project?.words??[];for(const n of["start","end"]){const i=t.findIndex(r=>{const a=n==="start"?e-this.view.x(r.start):this.view.x(r.end)-e;return a>=-1&&a<=5&&(r.end-r.start)*this.view.scale>16});if(i>=0)return{index:i,edge:n}}}wordAt(e){const t=this.view.time(e);return(this.state.project?.words??[]).findIndex(({start:n,end:i})=>t>=n&&t<i)}fixedEdge(e){const{range:t,project:n}=this.state;if(!(!t||!n)){if(Math.abs(this.view.x(t.start/n.fps)-e)<=4)return t.stop;if(Math.abs(this.view.x(t.stop/n.fps)-e)<=4)return t.start}}press(e){if(e.button!==0||!this.state.project||e.target instanceof HTMLInputElement)return;const{x:t,y:n,row:i}=this.place(e);if(!i)return;this.area.setPointerCapture(e.pointerId);const r=this.handleAt(t,n,i),a=this.keyframeAt(t,n,i),o=i.kind==="words"?this.wordEdge(t):void 0,l=this.fixedEdge(t),c=this.emotionAt(t,n,i),h=i.blocks?.press(t,n,i),d=i.kind==="phones"?this.phones.press(t,n):void 0,u=i.kind==="curve"?this.curve.press(t,n,i):void 0;i.kind==="ruler"?(this.drag={kind:"scrub"},this.player.seek(this.view.time(t))):r?this.drag={kind:"hold",x:t,...r,lengths:{}}:a?(this.take(a,e.shiftKey||e.ctrlKey||e.metaKey),this.drag={kind:"keyframes",x:t,y:n,held:a,by:0}):d?this.drag={kind:"phone",phone:d}:u?this.drag={kind:"curve",curve:u}:h?this.drag={kind:"block",block:h}:c?(this.state.selectEmotion(c.held.start),this.drag={kind:"emotion",x:t,y:n,...c,changes:{}}):o?this.drag={kind:"word",...o,time:this.view.time(t)}:l!==void 0?this.drag={kind:"edge",fixed:l}:(i.path&&(this.state.path=i.path),this.drag={kind:"range",anchor:this.frameAt(t),moved:!1})}take(e,t){const{keyframes:n}=this.state,i=n.some(r=>Hs(r,e));t?this.state.select(i?n.filter(r=>!Hs(r,e)):[...n,e]):i||this.state.select([e])}move(e){const{x:t,y:n,row:i}=this.place(e),{drag:r,state:a}=this;if(!r){this.area.style.cursor=i?this.cursor(t,n,i):"";return}if(r.kind==="scrub"&&this.player.seek(this.view.time(t)),r.kind==="edge"&&this.setRange(r.fixed,this.frameAt(t)),r.kind==="range"){const l=this.frameAt(t);r.moved||=Math.abs(this.view.x(a.time(r.anchor))-t)>4,r.moved&&this.setRange(r.anchor,l)}r.kind==="word"&&(r.time=this.wordTime(r.index,r.edge,this.view.time(t))),r.kind==="keyframes"&&this.dragKeyframes(r,t,n),r.kind==="emotion"&&this.dragEmotion(r,t,n),r.kind==="block"&&r.block.lane.drag(r.block,t),r.kind==="phone"&&this.phones.drag(r.phone,n);const o=this.rows.find(({kind:l})=>l==="curve");if(r.kind==="curve"&&o&&this.curve.drag(r.curve,t,n,o,e.altKey),r.kind==="hold"&&a.project){const{fps:l,frames:c}=a.project;r.lengths=Py(r.part,r.before,Math.round((t-r.x)/this.view.scale*l),c)}this.redraw()}dragKeyframes(e,t,n){const[i,r]=[t-e.x,e.y-n];!e.axis&&Math.hypot(i,r)>3&&(e.axis=Math.abs(i)>=Math.abs(r)?"time":"strength");const{project:a}=this.state,o=this.rows.find(({path:l})=>l===e.held.path);if(!(!a||!o)){if(e.axis==="time"){const l=this.view.x(e.held.frame/a.fps)+i;e.by=this.commands.shift(Math.round(this.snapped(l,e.held.path)*a.fps)-e.held.frame)}if(e.axis==="strength"){const l=this.state.keyframe(e.held)?.strength??0;e.strength=Math.min(Math.max(l+r/(o.height-16),.05),1)}}}release(e){const{drag:t,state:n}=this;if(this.drag=void 0,this.redraw(),!t)return;const{x:i}=this.place(e);if(t.kind==="range"&&!t.moved){const r=this.place(e).row?.kind==="words"?n.project?.words[this.wordAt(i)]:void 0;if(n.select([]),r&&n.project)this.setRange(Math.floor(r.start*n.project.fps),Math.ceil(r.end*n.project.fps));else{const{range:a}=n;a&&(t.anchor<a.start||t.anchor>a.stop)&&n.selectRange(void 0)}this.player.seek(r?r.start:this.view.time(i))}t.kind==="hold"&&Object.keys(t.lengths).length>0&&this.commands.hold(t.held,t.lengths),t.kind==="word"&&this.commands.retimeWord(t.index,t.edge,t.time),t.kind==="phone"&&!this.phones.release(t.phone)&&this.player.seek(this.view.time(i)),t.kind==="curve"&&!this.curve.release(t.curve)&&this.player.seek(this.view.time(i)),t.kind==="block"&&!t.block.lane.release(t.block)&&this.player.seek(this.view.time(i)),t.kind==="emotion"&&(t.axis?this.commands.changeEmotion(()=>t.changes):this.player.seek(this.view.time(i))),t.kind==="keyframes"&&(t.axis==="time"?this.commands.moveKeyframes(t.by):t.strength!==void 0?this.commands.setStrength(t.strength):e.shiftKey||this.player.seek(n.time(t.held.frame)))}doubleClick(e){const{x:t,y:n,row:i}=this.place(e);if(!(!i||!this.state.project)){if(i.kind==="emotion"&&!this.emotionAt(t,n,i)&&this.feelAt(t),i.kind==="curve"&&this.curve.doubleClick(t,n,i,e.shiftKey),i.blocks&&!i.blocks.cursor(t,n,i)){const{lane:r}=i.blocks;this.addAt(t,a=>this.commands.blocks.add(r,a))}i.kind==="track"&&i.path&&!this.keyframeAt(t,n,i)&&this.commands.addKeyframe(i.path,Math.min(this.frameAt(t),this.state.project.frames-1),fM),i.kind==="words"&&this.state.project.words.length===0?this.editTranscript():i.kind==="words"&&this.editWord(this.wordAt(t),i)}}feelAt(e){this.addAt(e,t=>this.commands.addEmotion(t))}addAt(e,t){const{range:n,project:i,span:r}=this.state;if(!i)return;const a=this.view.time(e),o=n&&r.start<=a&&a<=r.end,l=i.words[this.wordAt(e)];o||this.player.seek(this.state.time(Math.min(Math.round(a*i.fps),i.frames-1))),t(o?r:l&&{start:l.start,end:l.end})}editWord(e,t){const n=this.state.project?.words[e];if(!n)return;const i=E("input",{class:"word","aria-label":"Word",spellcheck:!1});i.value=n.text;const r=Math.max(this.view.x(n.start),0);i.style.cssText=`left: ${r}px; top: ${t.top+1}px; height: ${t.height-2}px;`,i.style.width=`${Math.max((n.end-n.start)*this.view.scale,90)}px`;let a=!1;const o=l=>{a||(a=!0,i.remove(),l&&i.value.trim()!==n.text&&this.commands.renameWord(e,i.value.trim()))};i.addEventListener("keydown",l=>{l.stopPropagation(),(l.key==="Enter"||l.key==="Escape")&&o(l.key==="Enter"),l.key==="Tab"&&(l.preventDefault(),o(!0),this.editWord(e+(l.shiftKey?-1:1),t))}),i.addEventListener("blur",()=>o(!0)),this.area.append(i),i.select()}wheel(e){e.preventDefault();const t=e.deltaMode===WheelEvent.DOM_DELTA_LINE?16:1,n=e.shiftKey?e.deltaY:e.deltaX;e.shiftKey||Math.abs(e.deltaX)>Math.abs(e.deltaY)?this.view.pan(n*t):this.view.zoom(Math.exp(-e.deltaY*t*(e.ctrlKey?.01:.0016)),this.place(e).x),this.redraw()}cursor(e,t,n){if(n.kind==="ruler")return"default";if(this.handleAt(e,t,n))return"ew-resize";if(this.keyframeAt(e,t,n))return"grab";const i=this.emotionAt(e,t,n);if(i)return{whole:"grab",start:"move",end:"move",onset:"col-resize",decay:"col-resize"}[i.part];const r=n.kind==="phones"?this.phones.cursor(e):n.kind==="curve"?this.curve.cursor(e,t,n):n.blocks?.cursor(e,t,n);return r||(n.kind==="words"&&this.wordEdge(e)||this.fixedEdge(e)!==void 0?"col-resize":"text")}setRange(e,t){this.state.selectRange({start:Math.min(e,t),stop:Math.max(e,t)})}wordTime(e,t,n){const i=this.state.project?.words??[],r=i[e],a=t==="start"?i[e-1]?.end??0:r.start+.02,o=t==="start"?r.end-.02:i[e+1]?.start??this.view.duration();return Math.min(Math.max(n,a),o)}}const Lu=[23.976,24,25,29.97,30,48,50,59.94,60,120];function Ri(s,e,...t){const n=E("dialog",{class:e,"aria-labelledby":"dialog-title"}),i=ie("Close",()=>n.close(),{icon:"close",keys:"Esc"});return n.append(E("header",{},E("h2",{id:"dialog-title"},s),i),...t),n.addEventListener("close",()=>n.remove()),n.addEventListener("click",r=>{r.target===n&&n.close()}),document.body.append(n),n.showModal(),n}function Wh(s){const e=s.map(({title:n,shortcuts:i})=>E("section",{},E("h3",{},n),E("dl",{},...i.filter(({about:r})=>r).map(({keys:r,shown:a,about:o})=>E("div",{},E("dt",{},E("kbd",{},a??oi(r[0]??""))),E("dd",{},o)))))),t=[["Drag the ruler","move through time"],["Drag elsewhere","select a range"],["Wheel","zoom; with Shift, scroll"],["Double-click a track","add a keyframe, or an emotion"],["Drag an emotion, or one of its points","sideways its time, up and down its intensity"],["Drag a keyframe","sideways its time, up and down its strength"],["Double-click a word","retype it; drag its edges to re-time it"],["Drag the head, in pose mode","yaw and pitch; with Shift, roll"]];e.push(E("section",{},E("h3",{},"Pointer"),E("dl",{},...t.map(([n,i])=>E("div",{},E("dt",{},n),E("dd",{},i)))))),Ri("Shortcuts","help",E("div",{class:"columns"},...e))}function Xh(s,e){const{project:t}=s;if(!t)return;const n=Pu(e),i=E("select",{});for(const g of Lu)i.append(new Option(`${g}`,String(g),g===25,g===25));const r=E("input",{type:"text",placeholder:"00:00:00:00",size:11,spellcheck:!1}),a=E("select",{},new Option("Finished",""),...t.takes.map(({name:g})=>new Option(`${g} alone`,g))),o=E("p",{class:"message",role:"status"}),l=E("pre",{class:"report",hidden:!0,tabindex:0,"aria-label":"What the character shows"}),c=E("progress",{max:1,value:0,hidden:!0,"aria-label":"Export"}),h=ie("Export",()=>{v()},{text:"Export as zip",kind:"primary"}),d=ie("Cancel the export",()=>{s.cancel()},{text:"Cancel",kind:"outline"});d.hidden=!0;const u=vM(s),f=_M(),p=()=>{const g=[...n.host.querySelectorAll("input")].filter(({checked:y})=>y);f.host.hidden=!g.some(({value:y})=>["mp4","webm","mov","png"].includes(y))};n.host.addEventListener("change",p),p(),t.stale&&(o.textContent="Some edits are not regenerated yet: what is exported is what you see.");const v=async()=>{const g=n.chosen(),y=u.querySelector("input").checked;if(g.length===0&&!y){o.textContent="Choose at least one format.";return}h.disabled=!0,c.hidden=d.hidden=!1,l.hidden=!0,o.textContent="Writing…";const T=setInterval(()=>{c.value=s.busy?.done??0,s.busy&&(o.textContent=`Writing ${s.busy.stage}…`)},100);try{const S={formats:g,fps:Number(i.value),take:a.value||null,timecode:r.value.trim()||null,character:y,...f.wanted()},R=await s.during("export",()=>Be.exports(t.id,S));E("a",{href:Be.exportAddress(t.id,R.id),download:!0}).click();const _=Object.entries(R.missing).map(([b,k])=>`${b} was not made: ${k}`);o.textContent=["The zip is downloaded.",..._].join(" "),l.hidden=R.report.length===0,l.textContent=R.report.join(`
`)}catch(S){o.textContent=S instanceof Sn?S.message:String(S)}finally{clearInterval(T),c.hidden=d.hidden=!0,h.disabled=!1}};n.host.append(u);const m=[E("label",{},"Frames per second",i),E("label",{},"First timecode",r)];t.takes.length>1&&m.push(E("label",{},"Take",a)),Ri("Export","export",n.host,E("div",{class:"settings"},...m),f.host,o,l,c,E("footer",{},d,h))}function Pu(s){const e=JSON.parse(localStorage.getItem("ksdiff.formats")??'["csv","glb"]'),t=s.formats.map(({name:n,file:i,about:r})=>Iu(n,i,r,e.includes(n)));return{host:E("div",{class:"formats",role:"group","aria-label":"Formats"},...t),chosen:()=>{const n=t.map(i=>i.querySelector("input")).flatMap(({checked:i,value:r})=>i?[r]:[]);return n.length>0&&localStorage.setItem("ksdiff.formats",JSON.stringify(n)),n}}}function Iu(s,e,t,n){const i=E("input",{type:"checkbox",value:s});return i.checked=n,E("label",{class:"format"},i,E("span",{},E("b",{},e),E("small",{},t)))}const mM=[[512,512],[1080,1080],[1280,720],[1920,1080],[720,1280],[1080,1920],[2048,2048]],gM=[["Dark backdrop",""],["Green","#00b140"],["Blue","#0047bb"],["White","#ffffff"],["Black","#000000"],["Another colour","other"]];function _M(){const s=E("select",{});for(const[i,r]of mM)s.append(new Option(`${i} × ${r}`,`${i} ${r}`));s.value=localStorage.getItem("ksdiff.size")??"512 512",s.selectedIndex<0&&(s.selectedIndex=0);const e=E("select",{});for(const[i,r]of gM)e.append(new Option(i,r));const t=E("input",{type:"color",value:"#808080","aria-label":"Colour of the background"}),n=()=>t.hidden=e.value!=="other";return e.addEventListener("change",n),n(),{host:E("div",{class:"settings"},E("label",{},"Size",s),E("label",{title:"Of the MP4; the other videos and the pictures have none"},"Background",e),t),wanted:()=>{localStorage.setItem("ksdiff.size",s.value);const[i,r]=s.value.split(" ").map(Number);return{width:i??512,height:r??512,background:e.value==="other"?t.value:e.value||null}}}}function vM(s){const e=s.project?.character,t=e?e.here?`Your character, ${e.following} of ${e.shapes} shapes follow`:"Its file is not in this project: drop it again":"Drop a GLB or VRM on the page first",n=Iu("character",e?.name??"Your own character",t,localStorage.getItem("ksdiff.character")!=="false"),i=n.querySelector("input");return i.disabled=!e?.here,i.disabled&&(i.checked=!1),i.addEventListener("change",()=>localStorage.setItem("ksdiff.character",String(i.checked))),n}function xM(s,e,t){const{project:n}=s;if(!n)return;const i=E("textarea",{rows:7,"aria-label":"What is said",placeholder:"What is said in this voice"});i.value=n.words.map(h=>h.text).join(" ");const r=E("p",{class:"message",role:"status"}),a=ie("Find the words in the voice",()=>c(null),{text:"Listen for words",kind:"outline"});e.transcribes||(a.disabled=!0,r.textContent="Finding words needs an extra: pip install 'ksdiff[transcribe]'");const o=ie("Time these words by the sound",()=>c(i.value),{text:"Re-time",kind:"primary"}),l=Ri("Words","transcript",E("p",{class:"hint"},"Words steer the model, and pauses between them the blinks. Type what is said, then time it by the sound."),i,r,E("footer",{},a,o)),c=h=>{if(h!==null&&h.trim()===""){r.textContent="Type what is said first.";return}l.close(),t.hear(h)}}function yM(s,e,t){let n=e;const i=s.map(a=>{const o=E("input",{type:"checkbox",value:a});return o.checked=n.includes(a),o.addEventListener("change",()=>{n=s.filter(l=>l===a?o.checked:n.includes(l)),t(n)}),E("label",{class:"check"},o,a)}),r=E("input",{type:"search",placeholder:"Find a channel","aria-label":"Find a channel"});r.addEventListener("input",()=>{for(const a of i)a.hidden=!(a.textContent??"").toLowerCase().includes(r.value.toLowerCase())}),Ri("Curves","curves",E("p",{class:"hint"},`${Xr.join(", ")} of the head are always drawn.`),r,E("div",{class:"channels"},...i))}const $h=8e6,MM=/\.(3gp|aac|ac3|aif|aifc|aiff|amr|au|avi|caf|flac|flv|m4a|m4b|m4v|mka|mkv|mov|mp2|mp3|mp4|mpeg|mpg|mts|mxf|oga|ogg|ogv|opus|ts|w64|wav|weba|webm|wma|wmv|wv)$/i;async function SM(s){const e=[...s.items].map(i=>i.webkitGetAsEntry?.()??null),t=[...s.files];if(!e.some(i=>i?.isDirectory))return t.map(Du);const n=[];for(const i of e)i&&await Nu(i,n);return n.sort((i,r)=>i.path<r.path?-1:1)}function Du(s){return{content:s,name:s.name,path:s.webkitRelativePath||s.name}}async function Nu(s,e){if(s.name.startsWith("."))return;if(s.isFile){const n=await new Promise((i,r)=>s.file(i,r));e.push({content:n,name:n.name,path:s.fullPath.replace(/^\//,"")});return}const t=s.createReader();for(;;){const n=await new Promise((i,r)=>t.readEntries(i,r));if(n.length===0)return;for(const i of n)await Nu(i,e)}}async function bM(s){const e=s.filter(({name:o,content:l})=>/\.(csv|json)$/i.test(o)&&l.size<=$h),t=s.filter(({name:o,content:l})=>/\.(txt|csv|json)$/i.test(o)&&l.size<=$h),n=s.some(({path:o,name:l})=>o!==l),i=[];for(const o of e)EM(await o.content.slice(0,4e3).text())&&i.push(o);i.sort((o,l)=>o.path.split("/").length-l.path.split("/").length);const[r]=i,a=s.filter(({name:o})=>r||n?MM.test(o):!/\.(txt|csv|json|ksd|glb|vrm|gltf|jpe?g|png|webp|tiff?|bmp|gif|jp2|avif)$/i.test(o));if(!(!r&&!n&&(a.length<2||s.some(({name:o})=>/\.ksd$/i.test(o)))))return{...r?{list:r}:{},sounds:a,texts:t.filter(o=>o!==r)}}function EM(s){return/^\uFEFF?[^\n]*\bsound\b/.test(s)||/"sound"\s*:/.test(s)}let sl=()=>{};function wM(s){sl(s)}function TM(s,e){const t=Pu(e),n=E("select",{});for(const v of Lu)n.append(new Option(`${v}`,String(v),v===25,v===25));const i=E("p",{class:"message",role:"status"}),r=E("progress",{max:s.length,value:0,hidden:!0,"aria-label":"Export"}),a=ie("Export as zip",()=>{u()},{text:"Export as zip",kind:"primary"}),o=ie("Cancel the export",()=>{Be.cancelExport().catch(l)},{text:"Cancel",kind:"outline"});o.hidden=!0;const l=v=>i.textContent=v instanceof Error?v.message:String(v);let c="";const h=v=>{a.disabled=v,r.hidden=o.hidden=!v},d=v=>{if(v.id!==c||(r.value=v.finished,i.textContent=`${v.finished} of ${v.total} projects are written.`,v.state==="working"))return;if(h(!1),v.state!=="done"){i.textContent=v.state==="cancelled"?"Cancelled; nothing was written.":v.message;return}E("a",{href:Be.exportAllAddress(v.id),download:!0}).click();const m=v.failed>0?` ${v.failed} failed; results.csv in it says why.`:"";i.textContent=`The zip of ${v.total} projects is downloaded.${m}`};sl=d;const u=async()=>{const v=t.chosen();if(v.length===0){i.textContent="Choose at least one format.";return}h(!0),i.textContent="Writing…";try{c=(await Be.exportAll({ids:s.map(({id:y})=>y),formats:v,fps:Number(n.value)})).id;const g=await Be.exporting();g&&d(g)}catch(m){h(!1),l(m)}},f=s.length===1?"Export 1 project":`Export ${s.length} projects`;Ri(f,"export",E("p",{class:"hint"},"One zip with a folder for each project, and results.csv and results.json about all of them."),t.host,E("div",{class:"settings"},E("label",{},"Frames per second",n)),i,r,E("footer",{},o,a)).addEventListener("close",()=>sl=()=>{})}const AM={changed:"Last changed",name:"Name",duration:"Length",source:"List"},qh=s=>s.normalize("NFD").replace(/\p{M}/gu,"").toLowerCase().replace(/[_\-.]+/g," "),Kh=new Intl.Collator(void 0,{numeric:!0,sensitivity:"base"});function RM(s,e,t){const n=qh(e).split(/\s+/).filter(Boolean),i=[...s].filter(({name:l,source:c})=>{const h=qh(`${l} ${c??""}`);return n.every(d=>h.includes(d))}),r=(l,c)=>c.changed-l.changed,a=(l,c)=>Kh.compare(l.name,c.name),o={changed:r,name:a,duration:(l,c)=>c.duration-l.duration||a(l,c),source:(l,c)=>+(l.source===null)-+(c.source===null)||Kh.compare(l.source??"",c.source??"")||a(l,c)};return i.sort(o[t])}function Yh(s){const e={due:[],failed:[],cancelled:[],ready:[]};for(const t of s){const{state:n}=t;e[n==="waiting"||n==="working"?"due":n].push(t)}return e}function CM(s){if(s<60)return`${s.toFixed(1)} s`;const e=Math.round(s);return`${Math.floor(e/60)}:${String(e%60).padStart(2,"0")}`}class LM{constructor(e,t){this.project=e,this.doors=t,this.picture.innerHTML=Qs("logo"),this.open=E("button",{type:"button",class:"project"},this.picture,E("span",{class:"text"},this.name,this.about,this.bar)),this.open.addEventListener("click",()=>t.open(this.project.id)),this.host.append(this.open,this.tools),this.update(e)}project;doors;host=E("li",{class:"project-card"});picture=E("span",{class:"portrait"});name=E("b",{});about=E("small",{});bar=E("progress",{max:1,hidden:!0,"aria-label":"Progress"});open;tools=E("span",{class:"tools"});shown="";pictured=-1;update(e){this.project=e;const{name:t,state:n,progress:i,failure:r,duration:a,changed:o,source:l}=e;this.host.dataset.state=n,this.name.textContent=t,this.name.title=t;const c=new Date(o*1e3).toLocaleString(void 0,{dateStyle:"medium",timeStyle:"short"});this.about.textContent={ready:[CM(a),c,l].filter(Boolean).join(" · "),waiting:"Waiting for its turn",working:i?`${this.doors.stage(i.stage)}…`:"Working…",failed:r??"It failed",cancelled:"Cancelled"}[n],this.about.title=this.about.textContent,this.open.disabled=n==="failed"||n==="cancelled",this.bar.hidden=n!=="working",i&&i.done>0?this.bar.value=i.done:this.bar.removeAttribute("value");const h=`${n} ${t}`;if(h===this.shown)return;this.shown=h;const d=[ie(`Delete ${t}`,()=>this.doors.remove(this.project),{icon:"trash"})];(n==="waiting"||n==="working")&&d.unshift(ie(`Cancel ${t}`,()=>this.doors.cancel(this.project.id),{icon:"close"})),(n==="failed"||n==="cancelled")&&d.unshift(ie(`Try ${t} again`,()=>this.doors.retry(this.project.id),{icon:"again"})),this.tools.replaceChildren(...d)}async draw(e){const{id:t,changed:n,state:i}=this.project;if(i!=="ready"||this.pictured===n)return;this.pictured=n;const r=await e(t,n).catch(()=>{});r&&this.picture.replaceChildren(E("img",{src:r,alt:"",width:72,height:72}))}}const Za=60;class PM{constructor(e,t){this.portraits=e,this.outside=t,this.doors={open:t.open,remove:i=>{this.remove(i)},cancel:i=>{Be.cancel(i).catch(t.fail)},retry:i=>{Be.retry(i).catch(t.fail)},stage:t.stage};for(const[i,r]of Object.entries(AM))this.order.append(new Option(r,i));this.order.value=localStorage.getItem("ksdiff.order")??"changed",this.order.value||(this.order.value="changed"),this.order.addEventListener("change",()=>{localStorage.setItem("ksdiff.order",this.order.value),this.arrange()}),this.search.addEventListener("input",()=>{this.shown=Za,this.arrange()}),this.exports=ie("Export all of these",()=>t.exportAll(this.found().filter(({state:i})=>i==="ready")),{icon:"save",text:"Export all",kind:"outline"});const n=E("div",{class:"bar"},this.title,E("span",{class:"space"}),this.search,this.order,this.exports);this.host.append(n,this.queue,this.grid,this.nothing,this.more),this.visible=new IntersectionObserver(i=>{for(const{isIntersecting:r,target:a}of i)if(r)if(a===this.more)this.showMore();else for(const o of this.cards.values())o.host===a&&this.draw(o)},{rootMargin:"300px"}),this.visible.observe(this.more)}portraits;outside;host=E("section",{class:"projects","aria-label":"Projects",hidden:!0});projects=new Map;cards=new Map;search=E("input",{type:"search",placeholder:"Search","aria-label":"Search projects",spellcheck:!1});order=E("select",{"aria-label":"Order"});title=E("h2",{});exports;queue=E("div",{class:"queue",role:"status",hidden:!0});grid=E("ul",{class:"grid"});more=E("div",{class:"more"});nothing=E("p",{class:"hint",hidden:!0},"No project has this in its name.");doors;visible;shown=Za;events;drawing=0;loading=new Set;queued=new Set;get empty(){return this.projects.size===0}async start(){this.stop(),this.events=Ju({project:e=>this.update(e),removed:e=>this.forget(e),exporting:e=>this.outside.exporting(e),opened:()=>{this.load().catch(this.outside.fail)}}),await this.load()}stop(){this.events?.close(),this.events=void 0}async load(){const e=new Set;this.loading.add(e);try{const t=await Be.recent(),n=new Set(t.map(({id:i})=>i));for(const i of this.projects.keys())!n.has(i)&&!e.has(i)&&this.projects.delete(i);for(const i of t)e.has(i.id)||this.show(i)}finally{this.loading.delete(e)}this.arrange()}update(e){for(const i of this.loading)i.add(e.id);const t=this.projects.get(e.id);(!t||t.name!==e.name||t.changed!==e.changed)&&this.later(),this.show(e),this.tell()}show(e){this.projects.set(e.id,e);const t=this.cards.get(e.id);t?.update(e),t&&e.state==="ready"&&this.watch(t)}forget(e){for(const t of this.loading)t.add(e);this.projects.delete(e),this.queued.delete(e),this.arrange()}later(){this.drawing||(this.drawing=requestAnimationFrame(()=>{this.drawing=0,this.arrange()}))}found(){return RM(this.projects.values(),this.search.value,this.order.value)}arrange(){const e=this.found(),t=e.slice(0,this.shown),n=new Set(t.map(({id:r})=>r));for(const[r,a]of this.cards)n.has(r)||(this.visible.unobserve(a.host),a.host.remove(),this.cards.delete(r));t.forEach((r,a)=>{let o=this.cards.get(r.id);o?o.update(r):(o=new LM(r,this.doors),this.cards.set(r.id,o),this.visible.observe(o.host)),this.grid.children[a]!==o.host&&this.grid.insertBefore(o.host,this.grid.children[a]??null)}),this.host.hidden=this.empty,this.nothing.hidden=this.empty||e.length>0,this.more.hidden=e.length<=this.shown;const i=this.projects.size;this.title.textContent=e.length===i?`${i} ${i===1?"project":"projects"}`:`${e.length} of ${i} projects`,this.exports.disabled=!e.some(({state:r})=>r==="ready"),this.tell()}tell(){const{due:e,failed:t,cancelled:n}=Yh(this.projects.values());e.length===0&&this.queued.clear();for(const{id:h}of e)this.queued.add(h);if(this.exports.disabled=Yh(this.found()).ready.length===0,this.queue.hidden=e.length===0&&t.length+n.length===0,this.queue.hidden)return;const i=E("progress",{max:Math.max(1,this.queued.size),"aria-label":"Queue"});i.value=this.queued.size-e.length+Math.max(0,...e.map(({progress:h})=>h?.done??0))*.9;const r=e.length>0?`${this.queued.size-e.length} of ${this.queued.size} done`:"",a=[t.length>0?`${t.length} failed`:"",n.length>0?`${n.length} cancelled`:""],o=[E("span",{},[r,...a].filter(Boolean).join(", "))];e.length>0&&o.push(i,ie("Cancel all that waits",()=>{this.each(e,Be.cancel)},{text:"Cancel all",kind:"outline"}));const l=[...t,...n];l.length>0&&o.push(ie("Try what failed again",()=>{this.each(l,Be.retry)},{text:"Try again",icon:"again",kind:"outline"}));const c=this.queue.contains(document.activeElement)?document.activeElement?.getAttribute("aria-label"):null;this.queue.replaceChildren(...o),c&&this.queue.querySelector(`[aria-label="${c}"]`)?.focus()}async each(e,t){for(const{id:n}of[...e].reverse())await t(n).catch(this.outside.fail)}showMore(){this.more.hidden||this.host.hidden||(this.shown+=Za,this.arrange())}watch(e){this.visible.unobserve(e.host),this.visible.observe(e.host)}async draw(e){await e.draw((t,n)=>this.portraits.of(t,n))}async remove({id:e,name:t}){if(confirm(`Delete “${t}” from this computer? This cannot be undone.`))try{await Be.remove(e),this.forget(e)}catch(n){this.outside.fail(n)}}}const jh={type:"change"},Wl={type:"start"},Uu={type:"end"},Dr=new er,Zh=new Kn,IM=Math.cos(70*Id.DEG2RAD),Mt=new U,qt=2*Math.PI,Je={NONE:-1,ROTATE:0,DOLLY:1,PAN:2,TOUCH_ROTATE:3,TOUCH_PAN:4,TOUCH_DOLLY_PAN:5,TOUCH_DOLLY_ROTATE:6},Ja=1e-6;class DM extends ym{constructor(e,t=null){super(e,t),this.state=Je.NONE,this.target=new U,this.cursor=new U,this.minDistance=0,this.maxDistance=1/0,this.minZoom=0,this.maxZoom=1/0,this.minTargetRadius=0,this.maxTargetRadius=1/0,this.minPolarAngle=0,this.maxPolarAngle=Math.PI,this.minAzimuthAngle=-1/0,this.maxAzimuthAngle=1/0,this.enableDamping=!1,this.dampingFactor=.05,this.enableZoom=!0,this.zoomSpeed=1,this.enableRotate=!0,this.rotateSpeed=1,this.keyRotateSpeed=1,this.enablePan=!0,this.panSpeed=1,this.screenSpacePanning=!0,this.keyPanSpeed=7,this.zoomToCursor=!1,this.autoRotate=!1,this.autoRotateSpeed=2,this.keys={LEFT:"ArrowLeft",UP:"ArrowUp",RIGHT:"ArrowRight",BOTTOM:"ArrowDown"},this.mouseButtons={LEFT:Yi.ROTATE,MIDDLE:Yi.DOLLY,RIGHT:Yi.PAN},this.touches={ONE:$i.ROTATE,TWO:$i.DOLLY_PAN},this.target0=this.target.clone(),this.position0=this.object.position.clone(),this.zoom0=this.object.zoom,this._cursorStyle="auto",this._domElementKeyEvents=null,this._lastPosition=new U,this._lastQuaternion=new vt,this._lastTargetPosition=new U,this._quat=new vt().setFromUnitVectors(e.up,new U(0,1,0)),this._quatInverse=this._quat.clone().invert(),this._spherical=new Yc,this._sphericalDelta=new Yc,this._scale=1,this._panOffset=new U,this._rotateStart=new De,this._rotateEnd=new De,this._rotateDelta=new De,this._panStart=new De,this._panEnd=new De,this._panDelta=new De,this._dollyStart=new De,this._dollyEnd=new De,this._dollyDelta=new De,this._dollyDirection=new U,this._mouse=new De,this._performCursorZoom=!1,this._pointers=[],this._pointerPositions={},this._controlActive=!1,this._onPointerMove=UM.bind(this),this._onPointerDown=NM.bind(this),this._onPointerUp=kM.bind(this),this._onContextMenu=VM.bind(this),this._onMouseWheel=BM.bind(this),this._onKeyDown=zM.bind(this),this._onTouchStart=HM.bind(this),this._onTouchMove=GM.bind(this),this._onMouseDown=OM.bind(this),this._onMouseMove=FM.bind(this),this._interceptControlDown=WM.bind(this),this._interceptControlUp=XM.bind(this),this.domElement!==null&&this.connect(this.domElement),this.update()}set cursorStyle(e){this._cursorStyle=e,e==="grab"?this.domElement.style.cursor="grab":this.domElement.style.cursor="auto"}get cursorStyle(){return this._cursorStyle}connect(e){super.connect(e),this.domElement.addEventListener("pointerdown",this._onPointerDown),this.domElement.addEventListener("pointercancel",this._onPointerUp),this.domElement.addEventListener("contextmenu",this._onContextMenu),this.domElement.addEventListener("wheel",this._onMouseWheel,{passive:!1}),this.domElement.ownerDocument.addEventListener("keydown",this._interceptControlDown,{passive:!0,capture:!0}),this.domElement.style.touchAction="none"}disconnect(){this.state=Je.NONE,this.domElement.removeEventListener("pointerdown",this._onPointerDown),this.domElement.ownerDocument.removeEventListener("pointermove",this._onPointerMove),this.domElement.ownerDocument.removeEventListener("pointerup",this._onPointerUp),this.domElement.removeEventListener("pointercancel",this._onPointerUp),this.domElement.removeEventListener("wheel",this._onMouseWheel),this.domElement.removeEventListener("contextmenu",this._onContextMenu),this.stopListenToKeyEvents(),this.domElement.ownerDocument.removeEventListener("keydown",this._interceptControlDown,{capture:!0}),this.domElement.ownerDocument.removeEventListener("keyup",this._interceptControlUp,{capture:!0}),this._controlActive=!1,this._pointers.length=0,this._pointerPositions={},this.domElement.style.touchAction="",this.domElement.style.cursor="auto"}dispose(){this.disconnect()}getPolarAngle(){return this._spherical.phi}getAzimuthalAngle(){return this._spherical.theta}getDistance(){return this.object.position.distanceTo(this.target)}listenToKeyEvents(e){e.addEventListener("keydown",this._onKeyDown),this._domElementKeyEvents=e}stopListenToKeyEvents(){this._domElementKeyEvents!==null&&(this._domElementKeyEvents.removeEventListener("keydown",this._onKeyDown),this._domElementKeyEvents=null)}saveState(){this.target0.copy(this.target),this.position0.copy(this.object.position),this.zoom0=this.object.zoom}reset(){this.target.copy(this.target0),this.object.position.copy(this.position0),this.object.zoom=this.zoom0,this.object.updateProjectionMatrix(),this.dispatchEvent(jh),this.update(),this.state=Je.NONE}pan(e,t){this._pan(e,t),this.update()}dollyIn(e){this._dollyIn(e),this.update()}dollyOut(e){this._dollyOut(e),this.update()}rotateLeft(e){this._rotateLeft(e),this.update()}rotateUp(e){this._rotateUp(e),this.update()}update(e=null){const t=this.object.position;Mt.copy(t).sub(this.target),Mt.applyQuaternion(this._quat),this._spherical.setFromVector3(Mt),this.autoRotate&&this.state===Je.NONE&&this._rotateLeft(this._getAutoRotationAngle(e)),this.enableDamping?(this._spherical.theta+=this._sphericalDelta.theta*this.dampingFactor,this._spherical.phi+=this._sphericalDelta.phi*this.dampingFactor):(this._spherical.theta+=this._sphericalDelta.theta,this._spherical.phi+=this._sphericalDelta.phi);let n=this.minAzimuthAngle,i=this.maxAzimuthAngle;isFinite(n)&&isFinite(i)&&(n<-Math.PI?n+=qt:n>Math.PI&&(n-=qt),i<-Math.PI?i+=qt:i>Math.PI&&(i-=qt),n<=i?this._spherical.theta=Math.max(n,Math.min(i,this._spherical.theta)):this._spherical.theta=this._spherical.theta>(n+i)/2?Math.max(n,this._spherical.theta):Math.min(i,this._spherical.theta)),this._spherical.phi=Math.max(this.minPolarAngle,Math.min(this.maxPolarAngle,this._spherical.phi)),this._spherical.makeSafe(),this.enableDamping===!0?this.target.addScaledVector(this._panOffset,this.dampingFactor):this.target.add(this._panOffset),this.target.sub(this.cursor),this.target.clampLength(this.minTargetRadius,this.maxTargetRadius),this.target.add(this.cursor);let r=!1;if(this.zoomToCursor&&this._performCursorZoom||this.object.isOrthographicCamera)this._spherical.radius=this._clampDistance(this._spherical.radius);else{const a=this._spherical.radius;this._spherical.radius=this._clampDistance(this._spherical.radius*this._scale),r=a!=this._spherical.radius}if(Mt.setFromSpherical(this._spherical),Mt.applyQuaternion(this._quatInverse),t.copy(this.target).add(Mt),this.object.lookAt(this.target),this.enableDamping===!0?(this._sphericalDelta.theta*=1-this.dampingFactor,this._sphericalDelta.phi*=1-this.dampingFactor,this._panOffset.multiplyScalar(1-this.dampingFactor)):(this._sphericalDelta.set(0,0,0),this._panOffset.set(0,0,0)),this.zoomToCursor&&this._performCursorZoom){let a=null;if(this.object.isPerspectiveCamera){const o=Mt.length();a=this._clampDistance(o*this._scale);const l=o-a;this.object.position.addScaledVector(this._dollyDirection,l),this.object.updateMatrixWorld(),r=!!l}else if(this.object.isOrthographicCamera){const o=new U(this._mouse.x,this._mouse.y,0);o.unproject(this.object);const l=this.object.zoom;this.object.zoom=Math.max(this.minZoom,Math.min(this.maxZoom,this.object.zoom/this._scale)),this.object.updateProjectionMatrix(),r=l!==this.object.zoom;const c=new U(this._mouse.x,this._mouse.y,0);c.unproject(this.object),this.object.position.sub(c).add(o),this.object.updateMatrixWorld(),a=Mt.length()}else console.warn("WARNING: OrbitControls.js encountered an unknown camera type - zoom to cursor disabled."),this.zoomToCursor=!1;a!==null&&(this.screenSpacePanning?this.target.set(0,0,-1).transformDirection(this.object.matrix).multiplyScalar(a).add(this.object.position):(Dr.origin.copy(this.object.position),Dr.direction.set(0,0,-1).transformDirection(this.object.matrix),Math.abs(this.object.up.dot(Dr.direction))<IM?this.object.lookAt(this.target):(Zh.setFromNormalAndCoplanarPoint(this.object.up,this.target),Dr.intersectPlane(Zh,this.target))))}else if(this.object.isOrthographicCamera){const a=this.object.zoom;this.object.zoom=Math.max(this.minZoom,Math.min(this.maxZoom,this.object.zoom/this._scale)),a!==this.object.zoom&&(this.object.updateProjectionMatrix(),r=!0)}return this._scale=1,this._performCursorZoom=!1,r||this._lastPosition.distanceToSquared(this.object.position)>Ja||8*(1-this._lastQuaternion.dot(this.object.quaternion))>Ja||this._lastTargetPosition.distanceToSquared(this.target)>Ja?(this.dispatchEvent(jh),this._lastPosition.copy(this.object.position),this._lastQuaternion.copy(this.object.quaternion),this._lastTargetPosition.copy(this.target),!0):!1}_getAutoRotationAngle(e){return e!==null?qt/60*this.autoRotateSpeed*e:qt/60/60*this.autoRotateSpeed}_getZoomScale(e){const t=Math.abs(e*.01);return Math.pow(.95,this.zoomSpeed*t)}_rotateLeft(e){this._sphericalDelta.theta-=e}_rotateUp(e){this._sphericalDelta.phi-=e}_panLeft(e,t){Mt.setFromMatrixColumn(t,0),Mt.multiplyScalar(-e),this._panOffset.add(Mt)}_panUp(e,t){this.screenSpacePanning===!0?Mt.setFromMatrixColumn(t,1):(Mt.setFromMatrixColumn(t,0),Mt.crossVectors(this.object.up,Mt)),Mt.multiplyScalar(e),this._panOffset.add(Mt)}_pan(e,t){const n=this.domElement;if(this.object.isPerspectiveCamera){const i=this.object.position;Mt.copy(i).sub(this.target);let r=Mt.length();r*=Math.tan(this.object.fov/2*Math.PI/180),this._panLeft(2*e*r/n.clientHeight,this.object.matrix),this._panUp(2*t*r/n.clientHeight,this.object.matrix)}else this.object.isOrthographicCamera?(this._panLeft(e*(this.object.right-this.object.left)/this.object.zoom/n.clientWidth,this.object.matrix),this._panUp(t*(this.object.top-this.object.bottom)/this.object.zoom/n.clientHeight,this.object.matrix)):(console.warn("WARNING: OrbitControls.js encountered an unknown camera type - pan disabled."),this.enablePan=!1)}_dollyOut(e){this.object.isPerspectiveCamera||this.object.isOrthographicCamera?this._scale/=e:(console.warn("WARNING: OrbitControls.js encountered an unknown camera type - dolly/zoom disabled."),this.enableZoom=!1)}_dollyIn(e){this.object.isPerspectiveCamera||this.object.isOrthographicCamera?this._scale*=e:(console.warn("WARNING: OrbitControls.js encountered an unknown camera type - dolly/zoom disabled."),this.enableZoom=!1)}_updateZoomParameters(e,t){if(!this.zoomToCursor)return;this._performCursorZoom=!0;const n=this.domElement.getBoundingClientRect(),i=e-n.left,r=t-n.top,a=n.width,o=n.height;this._mouse.x=i/a*2-1,this._mouse.y=-(r/o)*2+1,this._dollyDirection.set(this._mouse.x,this._mouse.y,1).unproject(this.object).sub(this.object.position).normalize()}_clampDistance(e){return Math.max(this.minDistance,Math.min(this.maxDistance,e))}_handleMouseDownRotate(e){this._rotateStart.set(e.clientX,e.clientY)}_handleMouseDownDolly(e){this._updateZoomParameters(e.clientX,e.clientY),this._dollyStart.set(e.clientX,e.clientY)}_handleMouseDownPan(e){this._panStart.set(e.clientX,e.clientY)}_handleMouseMoveRotate(e){this._rotateEnd.set(e.clientX,e.clientY),this._rotateDelta.subVectors(this._rotateEnd,this._rotateStart).multiplyScalar(this.rotateSpeed);const t=this.domElement;this._rotateLeft(qt*this._rotateDelta.x/t.clientHeight),this._rotateUp(qt*this._rotateDelta.y/t.clientHeight),this._rotateStart.copy(this._rotateEnd),this.update()}_handleMouseMoveDolly(e){this._dollyEnd.set(e.clientX,e.clientY),this._dollyDelta.subVectors(this._dollyEnd,this._dollyStart),this._dollyDelta.y>0?this._dollyOut(this._getZoomScale(this._dollyDelta.y)):this._dollyDelta.y<0&&this._dollyIn(this._getZoomScale(this._dollyDelta.y)),this._dollyStart.copy(this._dollyEnd),this.zoomToCursor&&(this._performCursorZoom=!0,this._dollyDirection.set(this._mouse.x,this._mouse.y,1).unproject(this.object).sub(this.object.position).normalize()),this.update()}_handleMouseMovePan(e){this._panEnd.set(e.clientX,e.clientY),this._panDelta.subVectors(this._panEnd,this._panStart).multiplyScalar(this.panSpeed),this._pan(this._panDelta.x,this._panDelta.y),this._panStart.copy(this._panEnd),this.update()}_handleMouseWheel(e){this._updateZoomParameters(e.clientX,e.clientY),e.deltaY<0?this._dollyIn(this._getZoomScale(e.deltaY)):e.deltaY>0&&this._dollyOut(this._getZoomScale(e.deltaY)),this.update()}_handleKeyDown(e){let t=!1;switch(e.code){case this.keys.UP:e.ctrlKey||e.metaKey||e.shiftKey?this.enableRotate&&this._rotateUp(qt*this.keyRotateSpeed/this.domElement.clientHeight):this.enablePan&&this._pan(0,this.keyPanSpeed),t=!0;break;case this.keys.BOTTOM:e.ctrlKey||e.metaKey||e.shiftKey?this.enableRotate&&this._rotateUp(-qt*this.keyRotateSpeed/this.domElement.clientHeight):this.enablePan&&this._pan(0,-this.keyPanSpeed),t=!0;break;case this.keys.LEFT:e.ctrlKey||e.metaKey||e.shiftKey?this.enableRotate&&this._rotateLeft(qt*this.keyRotateSpeed/this.domElement.clientHeight):this.enablePan&&this._pan(this.keyPanSpeed,0),t=!0;break;case this.keys.RIGHT:e.ctrlKey||e.metaKey||e.shiftKey?this.enableRotate&&this._rotateLeft(-qt*this.keyRotateSpeed/this.domElement.clientHeight):this.enablePan&&this._pan(-this.keyPanSpeed,0),t=!0;break}t&&(e.preventDefault(),this.update())}_handleTouchStartRotate(e){if(this._pointers.length===1)this._rotateStart.set(e.pageX,e.pageY);else{const t=this._getSecondPointerPosition(e),n=.5*(e.pageX+t.x),i=.5*(e.pageY+t.y);this._rotateStart.set(n,i)}}_handleTouchStartPan(e){if(this._pointers.length===1)this._panStart.set(e.pageX,e.pageY);else{const t=this._getSecondPointerPosition(e),n=.5*(e.pageX+t.x),i=.5*(e.pageY+t.y);this._panStart.set(n,i)}}_handleTouchStartDolly(e){const t=this._getSecondPointerPosition(e),n=e.pageX-t.x,i=e.pageY-t.y,r=Math.sqrt(n*n+i*i);this._dollyStart.set(0,r)}_handleTouchStartDollyPan(e){this.enableZoom&&this._handleTouchStartDolly(e),this.enablePan&&this._handleTouchStartPan(e)}_handleTouchStartDollyRotate(e){this.enableZoom&&this._handleTouchStartDolly(e),this.enableRotate&&this._handleTouchStartRotate(e)}_handleTouchMoveRotate(e){if(this._pointers.length==1)this._rotateEnd.set(e.pageX,e.pageY);else{const n=this._getSecondPointerPosition(e),i=.5*(e.pageX+n.x),r=.5*(e.pageY+n.y);this._rotateEnd.set(i,r)}this._rotateDelta.subVectors(this._rotateEnd,this._rotateStart).multiplyScalar(this.rotateSpeed);const t=this.domElement;this._rotateLeft(qt*this._rotateDelta.x/t.clientHeight),this._rotateUp(qt*this._rotateDelta.y/t.clientHeight),this._rotateStart.copy(this._rotateEnd)}_handleTouchMovePan(e){if(this._pointers.length===1)this._panEnd.set(e.pageX,e.pageY);else{const t=this._getSecondPointerPosition(e),n=.5*(e.pageX+t.x),i=.5*(e.pageY+t.y);this._panEnd.set(n,i)}this._panDelta.subVectors(this._panEnd,this._panStart).multiplyScalar(this.panSpeed),this._pan(this._panDelta.x,this._panDelta.y),this._panStart.copy(this._panEnd)}_handleTouchMoveDolly(e){const t=this._getSecondPointerPosition(e),n=e.pageX-t.x,i=e.pageY-t.y,r=Math.sqrt(n*n+i*i);this._dollyEnd.set(0,r),this._dollyDelta.set(0,Math.pow(this._dollyEnd.y/this._dollyStart.y,this.zoomSpeed)),this._dollyOut(this._dollyDelta.y),this._dollyStart.copy(this._dollyEnd);const a=(e.pageX+t.x)*.5,o=(e.pageY+t.y)*.5;this._updateZoomParameters(a,o)}_handleTouchMoveDollyPan(e){this.enableZoom&&this._handleTouchMoveDolly(e),this.enablePan&&this._handleTouchMovePan(e)}_handleTouchMoveDollyRotate(e){this.enableZoom&&this._handleTouchMoveDolly(e),this.enableRotate&&this._handleTouchMoveRotate(e)}_addPointer(e){this._pointers.push(e.pointerId)}_removePointer(e){delete this._pointerPositions[e.pointerId];for(let t=0;t<this._pointers.length;t++)if(this._pointers[t]==e.pointerId){this._pointers.splice(t,1);return}}_isTrackingPointer(e){for(let t=0;t<this._pointers.length;t++)if(this._pointers[t]==e.pointerId)return!0;return!1}_trackPointer(e){let t=this._pointerPositions[e.pointerId];t===void 0&&(t=new De,this._pointerPositions[e.pointerId]=t),t.set(e.pageX,e.pageY)}_getSecondPointerPosition(e){const t=e.pointerId===this._pointers[0]?this._pointers[1]:this._pointers[0];return this._pointerPositions[t]}_customWheelEvent(e){const t=e.deltaMode,n={clientX:e.clientX,clientY:e.clientY,deltaY:e.deltaY};switch(t){case 1:n.deltaY*=16;break;case 2:n.deltaY*=100;break}return e.ctrlKey&&!this._controlActive&&(n.deltaY*=10),n}}function NM(s){this.enabled!==!1&&(this._pointers.length===0&&(this.domElement.setPointerCapture(s.pointerId),this.domElement.ownerDocument.addEventListener("pointermove",this._onPointerMove),this.domElement.ownerDocument.addEventListener("pointerup",this._onPointerUp)),!this._isTrackingPointer(s)&&(this._addPointer(s),s.pointerType==="touch"?this._onTouchStart(s):this._onMouseDown(s),this._cursorStyle==="grab"&&(this.domElement.style.cursor="grabbing")))}function UM(s){this.enabled!==!1&&(s.pointerType==="touch"?this._onTouchMove(s):this._onMouseMove(s))}function kM(s){switch(this._removePointer(s),this._pointers.length){case 0:this.domElement.releasePointerCapture(s.pointerId),this.domElement.ownerDocument.removeEventListener("pointermove",this._onPointerMove),this.domElement.ownerDocument.removeEventListener("pointerup",this._onPointerUp),this.dispatchEvent(Uu),this.state=Je.NONE,this._cursorStyle==="grab"&&(this.domElement.style.cursor="grab");break;case 1:const e=this._pointers[0],t=this._pointerPositions[e];this._onTouchStart({pointerId:e,pageX:t.x,pageY:t.y});break}}function OM(s){let e;switch(s.button){case 0:e=this.mouseButtons.LEFT;break;case 1:e=this.mouseButtons.MIDDLE;break;case 2:e=this.mouseButtons.RIGHT;break;default:e=-1}switch(e){case Yi.DOLLY:if(this.enableZoom===!1)return;this._handleMouseDownDolly(s),this.state=Je.DOLLY;break;case Yi.ROTATE:if(s.ctrlKey||s.metaKey||s.shiftKey){if(this.enablePan===!1)return;this._handleMouseDownPan(s),this.state=Je.PAN}else{if(this.enableRotate===!1)return;this._handleMouseDownRotate(s),this.state=Je.ROTATE}break;case Yi.PAN:if(s.ctrlKey||s.metaKey||s.shiftKey){if(this.enableRotate===!1)return;this._handleMouseDownRotate(s),this.state=Je.ROTATE}else{if(this.enablePan===!1)return;this._handleMouseDownPan(s),this.state=Je.PAN}break;default:this.state=Je.NONE}this.state!==Je.NONE&&this.dispatchEvent(Wl)}function FM(s){switch(this.state){case Je.ROTATE:if(this.enableRotate===!1)return;this._handleMouseMoveRotate(s);break;case Je.DOLLY:if(this.enableZoom===!1)return;this._handleMouseMoveDolly(s);break;case Je.PAN:if(this.enablePan===!1)return;this._handleMouseMovePan(s);break}}function BM(s){this.enabled===!1||this.enableZoom===!1||this.state!==Je.NONE||(s.preventDefault(),this.dispatchEvent(Wl),this._handleMouseWheel(this._customWheelEvent(s)),this.dispatchEvent(Uu))}function zM(s){this.enabled!==!1&&this._handleKeyDown(s)}function HM(s){switch(this._trackPointer(s),this._pointers.length){case 1:switch(this.touches.ONE){case $i.ROTATE:if(this.enableRotate===!1){this.state=Je.NONE;break}this._handleTouchStartRotate(s),this.state=Je.TOUCH_ROTATE;break;case $i.PAN:if(this.enablePan===!1){this.state=Je.NONE;break}this._handleTouchStartPan(s),this.state=Je.TOUCH_PAN;break;default:this.state=Je.NONE}break;case 2:switch(this.touches.TWO){case $i.DOLLY_PAN:if(this.enableZoom===!1&&this.enablePan===!1)return;this._handleTouchStartDollyPan(s),this.state=Je.TOUCH_DOLLY_PAN;break;case $i.DOLLY_ROTATE:if(this.enableZoom===!1&&this.enableRotate===!1)return;this._handleTouchStartDollyRotate(s),this.state=Je.TOUCH_DOLLY_ROTATE;break;default:this.state=Je.NONE}break;default:this.state=Je.NONE}this.state!==Je.NONE&&this.dispatchEvent(Wl)}function GM(s){switch(this._trackPointer(s),this.state){case Je.TOUCH_ROTATE:if(this.enableRotate===!1)return;this._handleTouchMoveRotate(s),this.update();break;case Je.TOUCH_PAN:if(this.enablePan===!1)return;this._handleTouchMovePan(s),this.update();break;case Je.TOUCH_DOLLY_PAN:if(this.enableZoom===!1&&this.enablePan===!1)return;this._handleTouchMoveDollyPan(s),this.update();break;case Je.TOUCH_DOLLY_ROTATE:if(this.enableZoom===!1&&this.enableRotate===!1)return;this._handleTouchMoveDollyRotate(s),this.update();break;default:this.state=Je.NONE}}function VM(s){this.enabled!==!1&&s.preventDefault()}function WM(s){s.key==="Control"&&(this._controlActive=!0,this.domElement.ownerDocument.addEventListener("keyup",this._interceptControlUp,{passive:!0,capture:!0}))}function XM(s){s.key==="Control"&&(this._controlActive=!1,this.domElement.ownerDocument.removeEventListener("keyup",this._interceptControlUp,{passive:!0,capture:!0}))}class $M extends kd{constructor(){super(),this.name="RoomEnvironment",this.position.y=-3.5;const e=new ls;e.deleteAttribute("uv");const t=new Ai({side:Xt}),n=new Ai,i=new Qd(16777215,900,28,2);i.position.set(.418,16.199,.3),this.add(i);const r=new ut(e,t);r.position.set(-.757,13.219,.717),r.scale.set(31.713,28.305,28.591),this.add(r);const a=new zd(e,n,6),o=new ot;o.position.set(-10.906,2.009,1.846),o.rotation.set(0,-.195,0),o.scale.set(2.328,7.905,4.651),o.updateMatrix(),a.setMatrixAt(0,o.matrix),o.position.set(-5.607,-.754,-.758),o.rotation.set(0,.994,0),o.scale.set(1.97,1.534,3.955),o.updateMatrix(),a.setMatrixAt(1,o.matrix),o.position.set(6.167,.857,7.803),o.rotation.set(0,.561,0),o.scale.set(3.927,6.285,3.687),o.updateMatrix(),a.setMatrixAt(2,o.matrix),o.position.set(-2.017,.018,6.124),o.rotation.set(0,.333,0),o.scale.set(2.002,4.566,2.064),o.updateMatrix(),a.setMatrixAt(3,o.matrix),o.position.set(2.291,-.756,-2.621),o.rotation.set(0,-.286,0),o.scale.set(1.546,1.552,1.496),o.updateMatrix(),a.setMatrixAt(4,o.matrix),o.position.set(-2.193,-.369,-5.547),o.rotation.set(0,.516,0),o.scale.set(3.875,3.487,2.986),o.updateMatrix(),a.setMatrixAt(5,o.matrix),this.add(a);const l=new ut(e,Vi(50));l.position.set(-16.116,14.37,8.208),l.scale.set(.1,2.428,2.739),this.add(l);const c=new ut(e,Vi(50));c.position.set(-16.109,18.021,-8.207),c.scale.set(.1,2.425,2.751),this.add(c);const h=new ut(e,Vi(17));h.position.set(14.904,12.198,-1.832),h.scale.set(.15,4.265,6.331),this.add(h);const d=new ut(e,Vi(43));d.position.set(-.462,8.89,14.52),d.scale.set(4.38,5.441,.088),this.add(d);const u=new ut(e,Vi(20));u.position.set(3.235,11.486,-12.541),u.scale.set(2.5,2,.1),this.add(u);const f=new ut(e,Vi(100));f.position.set(0,20,0),f.scale.set(1,.1,1),this.add(f)}dispose(){const e=new Set;this.traverse(t=>{t.isMesh&&(e.add(t.geometry),e.add(t.material))});for(const t of e)t.dispose()}}function Vi(s){return new Op({color:0,emissive:16777215,emissiveIntensity:s})}const Qa=18,eo={height:.98,width:.62,above:.07},Nr=.3;class qM{constructor(e){this.host=e,this.renderer=new px({antialias:!0,alpha:!0}),this.renderer.setPixelRatio(Math.min(devicePixelRatio,2)),this.renderer.toneMapping=hl,this.renderer.toneMappingExposure=1.05,this.renderer.setScissorTest(!0);const t=this.renderer.domElement;t.setAttribute("role","img"),t.setAttribute("aria-label","Moving head; drag to turn the view"),e.append(t),this.controls=new DM(this.camera,t),this.controls.enableDamping=!0,this.controls.dampingFactor=.12,this.controls.enablePan=!1,this.scene.add(new em(16054271,8021852,1.2)),this.light(16773602,2.3,[-.7,.75,1.2]),this.light(14674687,.9,[1.3,.15,.9]),this.light(16777215,1.1,[.6,.6,-1.4]),new ResizeObserver(()=>this.resize()).observe(e)}host;renderer;scene=new kd;camera=new Bt(Qa,1,.05,20);controls;size=new U(.3,.3,.3);centre=new U;shown=NaN;changed=!0;mixer;actions=new Map;cells=[void 0];columns=1;viewpoint;light(e,t,n){const i=new Ll(e,t);i.position.set(...n),this.scene.add(i)}async load(e){const{scene:t,animations:n,cameras:i}=await new uu().parseAsync(e,"");this.viewpoint=i.find(o=>o instanceof Bt);const r=new Js(this.renderer).fromScene(new $M).texture;t.traverse(o=>{o instanceof ut&&(o.frustumCulled=!1,o.material instanceof ui&&(o.material.toneMapped=!1),o.material instanceof Ai&&o.material.roughness<.1&&(o.material.envMap=r,o.material.envMapIntensity=.3))});const a=new dn().setFromObject(t);a.getSize(this.size),a.getCenter(this.centre),this.scene.add(t),this.mixer=new xm(t);for(const o of n)this.actions.set(o.name,this.mixer.clipAction(o));this.arrange([...this.actions.keys()].slice(0,1),1)}arrange(e,t){for(const n of this.cells)n?.stop();this.cells=e.map(n=>this.actions.get(n)?.play()),this.columns=t,this.resize(),this.resetView()}show(e){if(!this.controls.update()&&!this.changed&&e===this.shown)return;this.changed=!1,this.shown=e;const{clientWidth:n,clientHeight:i}=this.host,[r,a]=[n/this.columns,i/this.rows];this.cells.forEach((o,l)=>{if(this.mixer&&o){for(const d of this.cells)d&&(d.enabled=d===o);o.time=Math.min(e,o.getClip().duration),this.mixer.update(0)}const c=this.rows-1-Math.floor(l/this.columns),h=[l%this.columns*r,c*a,r,a];this.renderer.setViewport(...h),this.renderer.setScissor(...h),this.renderer.render(this.scene,this.camera)})}resetView(){if(this.viewpoint)return this.resetToViewpoint(this.viewpoint);const{target:e}=this.controls,t=Math.tan(Qa/2*(Math.PI/180)),n=this.size.y*eo.height/2/t,i=this.size.x*eo.width/2/t/this.camera.aspect,r=Math.max(n,i)+this.size.z/2;e.set(this.centre.x,this.centre.y+this.size.y*eo.above,this.centre.z),this.camera.position.set(e.x,e.y,e.z+r),this.controls.minDistance=r*.35,this.controls.maxDistance=r*2.5,this.changed=!0}resetToViewpoint({position:e,fov:t,aspect:n}){const i=Math.max(1,n/this.camera.aspect),r=e.z*i*(Math.tan(t*Math.PI/360)/Math.tan(Qa*Math.PI/360));this.controls.target.set(e.x,e.y,0),this.camera.position.set(e.x,e.y,r),Object.assign(this.controls,{minDistance:r*.35,maxDistance:r*1.5,minAzimuthAngle:-Nr,maxAzimuthAngle:Nr,minPolarAngle:Math.PI/2-Nr,maxPolarAngle:Math.PI/2+Nr}),this.changed=!0}get rows(){return Math.max(1,Math.ceil(this.cells.length/this.columns))}resize(){const{clientWidth:e,clientHeight:t}=this.host;e===0||t===0||(this.renderer.setSize(e,t),this.camera.aspect=e/this.columns/(t/this.rows),this.camera.updateProjectionMatrix(),this.changed=!0)}}const KM=8,to={x:0,y:0,scale:1};function YM(s,e,t,n){const i=Math.min(Math.max(s.scale*e,1),KM),r=i/s.scale;return ku({x:t.x-(t.x-s.x)*r,y:t.y-(t.y-s.y)*r,scale:i},0,0,n)}function ku(s,e,t,{width:n,height:i}){const r=(a,o)=>{const l=(s.scale-1)*o/2;return Math.min(Math.max(a,-l),l)+0};return{x:r(s.x+e,n),y:r(s.y+t,i),scale:s.scale}}class jM{constructor(e){this.video=e;const t=E("div",{class:"buttons",role:"toolbar","aria-label":"Reference video"},this.fill,ie("Farther from the video",()=>this.zoom(1/1.5),{icon:"minus"}),ie("Nearer to the video",()=>this.zoom(1.5),{icon:"plus"}));this.host=E("div",{class:"reference",hidden:!0},e,t),this.host.addEventListener("wheel",n=>{n.preventDefault();const{left:i,top:r,width:a,height:o}=this.host.getBoundingClientRect();this.zoom(Math.exp(-n.deltaY*.002),{x:n.clientX-i-a/2,y:n.clientY-r-o/2})},{passive:!1}),e.addEventListener("pointerdown",({pointerId:n})=>e.setPointerCapture(n)),e.addEventListener("pointermove",({pointerId:n,movementX:i,movementY:r})=>{e.hasPointerCapture(n)&&this.place(ku(this.placement,i,r,this.size))}),e.addEventListener("dblclick",()=>this.place(to)),this.setFill(this.fills)}video;host;placement=to;fill=ie("Fill the pane with the video",()=>this.setFill(!this.fills),{text:"Fill",kind:"outline"});fills=localStorage.getItem("ksdiff.fill")!=="false";get size(){return{width:this.host.clientWidth,height:this.host.clientHeight}}setFill(e){this.fills=e,localStorage.setItem("ksdiff.fill",String(e)),this.host.classList.toggle("fills",e),Dt(this.fill,e),this.place(to)}zoom(e,t={x:0,y:0}){this.place(YM(this.placement,e,t,this.size))}place(e){this.placement=e,this.video.style.transform=`translate(${e.x}px, ${e.y}px) scale(${e.scale})`}}const Jh=.25,ZM=.13,JM=new U(0,.06,.03),no=Math.PI/180,As={height:.29,width:.25,middle:.03},QM={light:.25,dark:1},eS=.12;class Ou extends qM{poses=[];meshes=[];joint;head;character;order=[];wires=!1;single;async prepare(e,t){await this.load(e),this.head=this.scene.children.at(-1);const n=()=>this.setTheme(document.documentElement.dataset.theme==="dark"?"dark":"light");new MutationObserver(n).observe(document.documentElement,{attributeFilter:["data-theme"]}),n(),this.scene.traverse(i=>{i instanceof ut&&i.morphTargetInfluences&&this.meshes.push(i)}),this.joint=this.scene.getObjectByName("Head"),this.order=t.map(i=>this.meshes[0]?.morphTargetDictionary?.[i]),this.rest()}rest(){this.pose([{expression:new Float32Array(this.order.length),head:new Float32Array(6)}])}pose(e){e.length!==this.poses.length&&this.arrange(e.map(()=>"Speech"),e.length),this.poses=e,this.changed=!0}look({yaw:e,pitch:t,distance:n,above:i}){this.resetView();const{target:r}=this.controls;this.viewpoint&&n<1&&r.set(0,As.middle,0);const a=this.camera.position.distanceTo(r)*n;r.y+=i,this.camera.position.setFromSphericalCoords(a,Math.PI/2-t*no,e*no).add(r),this.controls.update(),this.changed=!0}set wireframe(e){this.wires=e;for(const{material:t}of this.meshes)t instanceof Ai&&(t.wireframe=e);this.character&&(this.character.wireframe=e),this.changed=!0}setTheme(e){for(const t of this.scene.children)t instanceof Ll&&t.position.z<0&&(t.intensity=QM[e]);this.changed=!0}resetView(){if(super.resetView(),this.viewpoint)return;Object.assign(this.controls,{minAzimuthAngle:-1/0,maxAzimuthAngle:1/0,minPolarAngle:0,maxPolarAngle:Math.PI});const e=Math.tan(this.camera.fov/2*no),t=Math.max(As.height,As.width/this.camera.aspect)/2/e;this.controls.target.set(0,As.middle,0),this.camera.position.set(0,As.middle,t),this.controls.minDistance=t*.35,this.controls.maxDistance=t*3,this.changed=!0}set alone(e){this.single=e,this.changed=!0}setCharacter(e){this.character?.root.removeFromParent(),this.character=e,this.viewpoint!==e?.viewpoint&&(this.viewpoint=e?.viewpoint,this.resetView()),this.head&&(this.head.visible=!e),e&&(e.wireframe=this.wires,this.scene.add(e.root)),this.changed=!0}set orbits(e){this.controls.enabled=e}get eye(){const{x:e,y:t,z:n}=this.camera.position;return[e,t,n].map(i=>Math.round(i*1e3)/1e3)}get canvas(){return this.renderer.domElement}hits(e){const{left:t,top:n,width:i,height:r}=this.canvas.getBoundingClientRect(),a=i/Math.max(1,this.poses.length),o=(e.clientX-t)%a/a*2-1,l=1-(e.clientY-n)/r*2,c=this.camera.position,h=new U(o,l,.5).unproject(this.camera).sub(c).normalize(),d=JM.clone().sub(c);return d.distanceTo(h.multiplyScalar(d.dot(h)))<ZM}show(){if(!this.controls.update()&&!this.changed)return;this.changed=!1;const{clientWidth:e,clientHeight:t}=this.canvas,n=e/Math.max(1,this.poses.length);this.poses.forEach((i,r)=>{this.renderer.setViewport(r*n,0,n,t),this.renderer.setScissor(r*n,0,n,t),this.render(i)})}picture(e,t){const{aspect:n}=this.camera,i=Math.floor(Math.min(t[0]?.clientWidth??0,this.canvas.clientWidth,this.canvas.clientHeight));if(i===0)return;const r=Math.floor(i*this.renderer.getPixelRatio());this.camera.aspect=1,this.camera.updateProjectionMatrix(),this.renderer.setViewport(0,0,i,i),this.renderer.setScissor(0,0,i,i),t.forEach((a,o)=>{const l=e[o],c=a.getContext("2d");!l||!c||(this.render(l),c.clearRect(0,0,a.width,a.height),c.drawImage(this.canvas,0,this.canvas.height-r,r,r,0,0,a.width,a.height))}),this.camera.aspect=n,this.camera.updateProjectionMatrix(),this.changed=!0,this.show()}render(e){this.character?this.character.pose(e,this.single):this.poseHead(e),this.renderer.render(this.scene,this.camera)}poseHead(e){for(const{morphTargetInfluences:t}of this.meshes)this.order.forEach((n,i)=>{t&&n!==void 0&&(t[n]=e.expression[i])});this.joint?.quaternion.copy(os(e.head)),this.joint?.position.set(e.head[3],e.head[4],e.head[5])}}class tS{constructor(e,t){this.state=e,this.posed=t,this.video.muted=!0,this.host.append(this.canvasHost,this.labels,this.reference.host,this.notice),e.on("look",()=>this.label()),e.on("motion",()=>this.drawn="")}state;posed;host=E("section",{class:"viewport","aria-label":"Head"});trial;canvasHost=E("div",{class:"stage"});labels=E("div",{class:"panes"});notice=E("p",{class:"notice",role:"status"});video=E("video",{playsinline:!0,"aria-label":"Reference video"});reference=new jM(this.video);stage;drawn="";referenceShown=!1;async start(e){try{const t=new Ou(this.canvasHost);await t.prepare(await Be.head(),e),this.stage=t,t.canvas.addEventListener("pointerdown",n=>this.grab(n),{capture:!0})}catch(t){this.notice.textContent="This browser has no WebGL 2, so the head is not shown. Everything else works.",console.error(t)}}show(e,t,n){const{motion:i,compared:r}=this.state,a=`${e}|${r?.take}|${JSON.stringify(this.trial??null)}`;if(i&&a!==this.drawn){this.drawn=a;const o=this.tried(i.pose(e));this.stage?.pose(r?[o,r.motion.pose(e)]:[o])}this.stage?.show(),this.referenceShown&&this.follow(e,t,n)}clear(){this.drawn="",this.setReference(!1),this.stage?.rest(),this.label()}get eye(){return this.stage?.eye}look(e){this.stage?.look(e)}picture(e,t){this.stage?.picture(e,t)}get draws(){return this.stage!==void 0}setCharacter(e){this.stage?.setCharacter(e),Object.assign(this.canvasHost,{character:e})}set alone(e){this.stage&&(this.stage.alone=e)}set wireframe(e){this.stage&&(this.stage.wireframe=e)}setReference(e){const{project:t}=this.state;if(this.referenceShown=e&&t!==void 0,this.reference.host.hidden=!this.referenceShown,this.referenceShown&&t){const n=new URL(Be.referenceAddress(t.id),location.href).href;this.video.src!==n&&(this.video.src=n)}else this.video.removeAttribute("src"),this.video.load()}tried(e){if(!this.trial||!this.state.motion)return e;const t=this.state.motion.channels[this.trial.path],n=this.trial.path==="head"?e.head:e.expression;for(const[i,r]of Object.entries(this.trial.values))n[t.indexOf(i)]=r;return e}label(){const{compared:e,project:t}=this.state,n=e?[t?.takes.length?"Finished":"",e.take]:[];this.labels.replaceChildren(...n.map(i=>E("span",{},i))),this.canvasHost.classList.toggle("posing",this.state.posing)}follow(e,t,n){if(this.video.readyState<HTMLMediaElement.HAVE_METADATA)return;this.video.playbackRate=n,t&&this.video.paused&&e<this.video.duration&&this.video.play().catch(()=>{}),!t&&!this.video.paused&&this.video.pause();const i=Math.abs(this.video.currentTime-e);!this.video.seeking&&(t?i>eS:i>.005)&&e<this.video.duration&&(this.video.currentTime=e)}grab(e){const{motion:t,posing:n}=this.state,i=this.stage;if(!i||!t||!n||e.button!==0||!i.hits(e))return;e.stopImmediatePropagation(),i.orbits=!1;const r=t.channels.head,a=t.frame(this.now()),o=r.map((p,v)=>t.at(a,"head",v)),[l,c,h]=Ul(o),d=i.canvas;d.setPointerCapture(e.pointerId);const u=({clientX:p,clientY:v,shiftKey:m})=>{const g=(p-e.clientX)*Jh,y=(v-e.clientY)*Jh,S=[...kl(m?[l,c,h-g]:[l+g,c+y,h]),...o.slice(3)];this.trial={path:"head",values:Object.fromEntries(r.map((R,w)=>[R,S[w]]))}},f=()=>{d.removeEventListener("pointermove",u),d.removeEventListener("pointerup",f),d.removeEventListener("pointercancel",f),i.orbits=!0,this.trial&&this.posed(this.trial.values)};d.addEventListener("pointermove",u),d.addEventListener("pointerup",f),d.addEventListener("pointercancel",f)}now=()=>0}const Qh=176,nS=400,iS=1.45,ed=.012;class sS extends Ou{resetView(){super.resetView(),this.camera.zoom=iS,this.camera.updateProjectionMatrix(),this.controls.target.y+=ed,this.camera.position.y+=ed}}class rS{constructor(e){this.channels=e}channels;drawn=new Map;stage;turn=Promise.resolve();async of(e,t){const n=`${e} ${t}`,i=this.drawn.get(n);if(i)return i;const r=await Be.thumbnail(e),a={expression:r.slice(0,this.channels.length),head:r.slice(this.channels.length)},o=await this.draw(a);this.drawn.set(n,o);for(const l of this.drawn.keys()){if(this.drawn.size<=nS)break;this.drawn.delete(l)}return o}draw(e){const t=this.turn.then(async()=>{const n=await(this.stage??=this.prepare());return n.pose([e]),n.show(),n.canvas.toDataURL("image/webp",.85)});return this.turn=t.then(()=>{},()=>{}),t}async prepare(){const e=document.createElement("div");e.setAttribute("aria-hidden","true"),e.style.cssText=`position:fixed;left:-9999px;top:0;width:${Qh}px;height:${Qh}px;visibility:hidden`,document.body.append(e);const t=new sS(e);return await t.prepare(await Be.head(),this.channels),t}}async function aS({list:s,sounds:e,texts:t},n,{progress:i,cancelled:r}){const a={};for(const{path:u,content:f}of t)a[u]=await f.text();const o=await Be.readList({...s?{name:s.path,content:await s.content.text()}:{},files:e.map(({path:u})=>u),texts:a}),l=new Map(e.map(u=>[u.path,u.content])),c=[];let h=0;i(h,o.lines.length);for(const{number:u,file:f,name:p}of o.lines){if(r())return`${h} of ${o.lines.length} lines were sent before you cancelled.`;const v=l.get(f);try{if(!v)continue;if(v.size>n)throw new Sn(`it has ${Math.round(v.size/2**20)} MB; at most ${Math.round(n/2**20)} are taken`);await Be.createLine(v,p,o.id,u)}catch(m){c.push(`line ${u} (${p}): ${m instanceof Error?m.message:String(m)}`)}i(++h,o.lines.length)}if(c.length===0)return"";const d=c.length>3?`; and ${c.length-3} more`:"";return`${c.length} of ${o.lines.length} lines could not be sent: ${c.slice(0,3).join("; ")}${d}`}const oS=300;function lS(s,e){if(!("mediaDevices"in navigator)||typeof MediaRecorder>"u")return;let t;const n=E("span",{},"Record"),i=ie("Record from the microphone",()=>{t?t.stop():r()},{icon:"record",kind:"outline record"});i.append(n);const r=async()=>{let a;try{a=await navigator.mediaDevices.getUserMedia({audio:!0})}catch(d){e(`The microphone cannot be used: ${d instanceof Error?d.message:String(d)}. Allow it in the browser, or give a file.`);return}const o=[],l=Date.now(),c=new MediaRecorder(a);t=c,i.classList.add("recording");const h=setInterval(()=>{const d=Math.floor((Date.now()-l)/1e3);n.textContent=`Stop, ${Math.floor(d/60)}:${String(d%60).padStart(2,"0")}`,d>=oS&&c.stop()},200);c.addEventListener("dataavailable",({data:d})=>o.push(d)),c.addEventListener("stop",()=>{clearInterval(h);for(const u of a.getTracks())u.stop();t=void 0,i.classList.remove("recording"),n.textContent="Record";const d=new Date().toLocaleString(void 0,{dateStyle:"medium",timeStyle:"short"});s(new Blob(o,{type:c.mimeType}),`Recording, ${d}`)}),c.start()};return i}const rl={upload:"Reading the file",sound:"Reading the sound",model:"Loading the model",transcript:"Finding the words",speech:"Listening to the speech",prosody:"Following the melody",motion:"Moving the face"};class cS{constructor(e,t){this.doors=e,this.facts=t;const n=lS((a,o)=>e.give([{content:a,name:o}]),e.fail),i=ie("Choose files",()=>this.choose(),{icon:"open",text:"Choose files",kind:"primary"}),r=ie("Choose a folder",()=>this.choose(!0),{text:"Choose a folder",kind:"outline"});this.list=new PM(new rS(t.channels),{open:e.open,fail:a=>this.problem(a instanceof Error?a.message:String(a)),stage:a=>rl[a]??a,exportAll:a=>TM(a,t),exporting:a=>wM(a)}),this.card=E("div",{class:"card"},E("h1",{},"Drop voices here"),E("p",{class:"hint"},"A sound, a video with sound, or a .ksd project; several of them, a folder, or a list (CSV, JSON) with its sounds. They stay on this computer."),E("div",{class:"buttons"},i,r,...n?[n]:[]),this.message),this.work.append(E("h1",{},"One moment"),this.bar,this.stage,E("div",{class:"buttons"},this.cancel)),this.host.append(this.card,this.work,this.list.host)}doors;facts;host=E("section",{class:"home","aria-label":"Start"});card;list;work=E("div",{class:"work",role:"status",hidden:!0});bar=E("progress",{max:1,"aria-label":"Progress"});stage=E("p",{});cancel=ie("Cancel",()=>this.abandon?.(),{text:"Cancel",kind:"outline"});abandon;message=E("p",{class:"problem",role:"alert",hidden:!0});async show(){this.host.hidden=!1,this.card.hidden=!1,this.work.hidden=!0;try{await this.list.start()}catch(e){this.problem(e instanceof Error?e.message:String(e))}this.host.classList.toggle("full",!this.list.empty)}hide(){this.host.hidden=!0,this.list.stop()}problem(e){this.message.textContent=e,this.message.hidden=e===""}progress(e,{stage:t,done:n},i){this.problem(""),this.list.stop(),this.list.host.hidden=!0,this.host.classList.remove("full"),this.abandon=i,this.cancel.hidden=!i,this.host.hidden=!1,this.card.hidden=!0,this.work.hidden=!1,this.work.querySelector("h1").textContent=e,this.stage.textContent=rl[t]??t,n>0?this.bar.value=n:this.bar.removeAttribute("value")}async batch(e){let t=!1;const n=e.list?.name??`${e.sounds.length} sounds`,i={stage:"Sending the sounds",done:0};this.progress(n,i,()=>t=!0);let r;try{r=await aS(e,this.facts.max_upload,{progress:(a,o)=>this.progress(n,{...i,done:a/o},()=>t=!0),cancelled:()=>t})}catch(a){r=a instanceof Error?a.message:String(a)}await this.show(),this.problem(r)}choose(e=!1){const t=E("input",{type:"file",multiple:!0});e&&(t.webkitdirectory=!0),t.addEventListener("change",()=>this.doors.take([...t.files??[]].map(Du))),t.click()}}async function hS(s,e){if(s.length===0)return;const t=await bM(s);t?e.batch(t):e.give(s)}function dS(s){const e=E("div",{class:"veil",hidden:!0});e.innerHTML=`${Qs("logo")}<p>Drop voices, a folder, a list, a project, or a character</p>`;let t=0;const n=i=>i.dataTransfer?.types.includes("Files")??!1;return addEventListener("dragenter",i=>{n(i)&&(e.hidden=++t===0)}),addEventListener("dragleave",i=>{n(i)&&(e.hidden=--t<=0)}),addEventListener("dragover",i=>{n(i)&&i.preventDefault()}),addEventListener("drop",i=>{!n(i)||!i.dataTransfer||(i.preventDefault(),t=0,e.hidden=!0,SM(i.dataTransfer).then(s))}),e}function io(s,e,t){const{scale:n=1,otherwise:i,least:r,greatest:a,step:o,unit:l}=t,c=E("input",{type:"number","aria-label":s,min:r*n,max:a*n,step:o,placeholder:Number((i*n).toFixed(2))});c.title="Empty: as the whole clip",e!=null&&(c.value=String(Number((e*n).toFixed(3)))),c.addEventListener("change",()=>{c.checkValidity()?t.done(c.value===""?null:Number(c.value)/n):c.reportValidity()});const h=E("span",{class:"field"},c,E("small",{},l));return E("label",{class:"number"},E("span",{class:"name"},s),h)}function uS(s,e,t){const n=(a,o,l,c)=>Zt({label:a,value:Number(s[o].toFixed(2)),least:l,greatest:Number(c.toFixed(2)),step:"any",unit:"s",done:h=>{t.blocks.change(()=>({[o]:h}))}}),{whole:i}=t.blocks,r=[n("From","start",0,i),n("To","end",0,i)];return e.fades&&r.push(n("Fades in over",e.fades[0],0,10),n("Fades out over",e.fades[1],0,10)),r}function fS(s,e,t,n){const i=e.project.layers,r=u=>{t.blocks.change(()=>u)},a=(u,f,p,v)=>io(u,f,{otherwise:p,least:0,greatest:4,step:5,scale:100,unit:"%",done:v}),o=(u,f,p)=>{const{[f]:v,...m}=u;return p===null?m:{...m,[f]:p}},l=(u,f)=>io(u,s[f],{otherwise:i[f],least:0,greatest:1,step:10,scale:1e3,unit:"ms",done:p=>r({[f]:p})}),c=u=>io(`Offset of ${u}`,s.offsets[u],{otherwise:i.offsets[u]??0,least:-1,greatest:1,step:.05,unit:"",done:f=>r({offsets:o(s.offsets,u,f)})}),h=[...e.project.channels.expression,...e.project.channels.head],d=E("select",{"aria-label":"Add an offset here"},new Option("Add an offset…",""));for(const u of h)u in s.offsets||d.append(new Option(u,u));return d.addEventListener("change",()=>r({offsets:{...s.offsets,[d.value]:d.value.startsWith("translation")?.005:.1}})),[E("p",{class:"hint"},"In place of the layers of the whole clip. What is left empty stays as there."),a("Amplitude of the head",s.head_amplitude,i.head_amplitude,u=>r({head_amplitude:u})),...n.regions.map(u=>a(`Amplitude of the ${u}`,s.gains[u],i.gains[u]??1,f=>r({gains:o(s.gains,u,f)}))),l("Smoothing of the face","expression_smoothing"),l("Smoothing of the head","head_smoothing"),...Object.keys(s.offsets).map(c),d]}function pS(s,e,t,n){const i=d=>{t.blocks.change(()=>d)},r=(d,u)=>i({yaw:d,pitch:u,position:null}),a=Object.entries(nl).map(([d,[u,f]])=>{const p=ie(`Look ${d==="viewer"?"at the viewer":d}`,()=>r(u,f),{text:d.charAt(0).toUpperCase()+d.slice(1),kind:"outline"});return Dt(p,!s.position&&(s.yaw??0)===u&&(s.pitch??0)===f),p}),o=ie("Look to where the view is from",()=>n.eye&&i({position:n.eye,yaw:null,pitch:null}),{text:"Camera",kind:"outline"});o.disabled=!n.eye;const l=(d,u,f)=>Zt({label:d,value:Math.round((s[u]??0)*1800/Math.PI)/10,least:-f,greatest:f,step:"any",unit:"°",done:p=>r(u==="yaw"?p*Math.PI/180:s.yaw??0,u==="pitch"?p*Math.PI/180:s.pitch??0)}),c=["To its left","Up","Forward"].map((d,u)=>Zt({label:`${d}, from the neck`,value:Number((s.position?.[u]??0).toFixed(3)),least:-1e3,greatest:1e3,step:"any",unit:"m",done:f=>{const p=[...s.position??[0,0,1]];p[u]=f,i({position:p})}}));return[...e.project?.layers.eyes?[]:[E("p",{class:"hint"},"Needs blinks and gaze of their own, in the panel Layers.")],E("div",{class:"buttons"},...a,o),...s.position?c:[l("To its left","yaw",85),l("Up","pitch",57)],Vt({label:"Head takes part",least:0,greatest:1,step:.05,value:s.head,rest:1,unit:"%",scale:100,digits:0,done:d=>i({head:d})})]}function mS(s,e,t,n){const{selected:i}=e.blocks;if(!i)return;const{lane:r,one:a}=i,o=r===xu?fS(a,s,e,t):r===Bl?pS(a,s,e,n):[],l=Wt(r.title,...o,...uS(a,r,e),E("div",{class:"buttons"},ie("Delete",()=>e.blocks.remove(),{icon:"trash",text:"Delete",keys:"Del",kind:"outline"})));return l.classList.add("block"),l}function gS(s){const{selected:e}=s;if(!e)return;const{jaw:t,lips:n}=s.strength(e),i=s.word(e),r=(h,d,u)=>Vt({label:h,least:0,greatest:zl,step:.05,value:d,rest:1,unit:"%",scale:100,digits:0,done:u}),a=Math.max((t+n)/2,.01),o=Wt(`Phone ${e.text}${i?` in ${i.text}`:""}`,E("p",{class:"hint"},`${e.start.toFixed(2)} to ${e.end.toFixed(2)} s. Lips that close for p, b and m stay closed.`),r("Strength",(t+n)/2,h=>{s.set(d=>({jaw:d.jaw*(h/a),lips:d.lips*(h/a)}))}),r("Jaw",t,h=>{s.set(()=>({jaw:h}))}),r("Lips",n,h=>{s.set(()=>({lips:h}))})),l=ie("Speak all of the word like this",()=>{s.set(h=>h,!0)},{text:"Whole word",kind:"outline"});l.disabled=!i;const c=ie("As the model made it",()=>s.reset(),{text:"Reset",keys:"Del",kind:"outline"});return c.disabled=t===1&&n===1,o.append(E("div",{class:"buttons"},l,c)),o.classList.add("block"),o}const Fu="ksdiff.poses",al=["smooth","linear","ease_in","ease_out","overshoot"],Bu="ksdiff-poses",zu=1;function _S(s,e){return{...s,pose:s.path==="head"?Eu(s.pose,e.head):bu(s.pose)}}function Hu(s){return JSON.stringify({format:Bu,version:zu,poses:s},null,1)+`
`}function Gu(s,e){let t;try{t=JSON.parse(s)}catch{throw new Error("This is no JSON file.")}const{format:n,version:i,poses:r}=t??{};if(n!==Bu||!Array.isArray(r))throw new Error("This is no file of poses.");if(i!==zu)throw new Error("This file of poses is of a later version.");return r.map(a=>{const o=a.path==="head"||a.path==="expression"?a.path:void 0;if(typeof a.name!="string"||!a.name||!o)throw new Error("A pose has no name, or no path.");const l=Object.entries(a.pose??{});for(const[c,h]of l){if(!e[o].includes(c))throw new Error(`The pose ${a.name} names ${c}, which this face does not have.`);if(typeof h!="number"||!Number.isFinite(h))throw new Error(`${c} of the pose ${a.name} is no number.`)}if(a.ease&&!al.includes(a.ease))throw new Error(`The ease of the pose ${a.name} is not one of ${al.join(", ")}.`);if(l.length===0)throw new Error(`The pose ${a.name} is empty.`);return{name:a.name.slice(0,1e3),path:o,pose:Object.fromEntries(l),hold:a.hold??0,attack:a.attack??null,release:a.release??null,ease:a.ease??"smooth"}})}function Rs(s){try{return Gu(localStorage.getItem(Fu)??"",s)}catch{return[]}}function so(s){localStorage.setItem(Fu,Hu(s))}function td(s,e){return[...new Map([...s,...e].map(t=>[t.name,t])).values()]}function vS(s,e,t){const{motion:n}=s;if(!n)return;const{channels:i}=n;let[r,a]=[!1,1];const o=E("p",{class:"message",role:"status"}),l=E("div",{class:"poses"}),c=E("input",{type:"search",placeholder:"Search poses","aria-label":"Search poses"}),h=E("input",{type:"text",placeholder:"Name","aria-label":"Name of the pose",maxLength:100}),d=()=>{const g=Rs(i),y=S=>Ur(S).includes(c.value.trim().toLowerCase()),T=(S,R,w)=>E("section",{"aria-label":S},E("h3",{},S),E("div",{class:"shelf"},...R.filter(y).map(_=>u(_,w))));l.replaceChildren(...g.length>0?[T("Your own",g,!0)]:[],...["expression","head"].map(S=>T(S==="head"?"Head":"Face",t.poses.filter(R=>R.path===S),!1)))},u=(g,y)=>{const T=ie(`Set ${Ur(g)} at ${e.poseTarget(g.path)}`,()=>{e.setNamedPose({...r?_S(g,i):g,hold:a}),m.close()},{text:Ur(g),kind:"outline"});if(!y)return T;const S=ie(`Forget ${Ur(g)}`,()=>{so(Rs(i).filter(R=>R.name!==g.name)),d()},{icon:"close"});return E("span",{class:"own"},T,S)},f=()=>{const g=e.selectedPose();if(!g){o.textContent="Select a keyframe with a pose first.";return}if(!h.value.trim()){o.textContent="Give the pose a name.",h.focus();return}so(td(Rs(i),[{...g,name:h.value.trim()}])),o.textContent=`Kept ${h.value.trim()}.`,h.value="",d()},p=E("input",{type:"file",accept:".json,application/json",hidden:!0});p.addEventListener("change",()=>{p.files?.[0]?.text().then(g=>{try{const y=Gu(g,i);so(td(Rs(i),y)),o.textContent=`Read ${y.length} ${y.length===1?"pose":"poses"}.`,d()}catch(y){o.textContent=y instanceof Error?y.message:String(y)}p.value=""})});const v=()=>{const g=Rs(i);if(g.length===0){o.textContent="There are no poses of your own yet.";return}const y=URL.createObjectURL(new Blob([Hu(g)],{type:"application/json"}));E("a",{href:y,download:"poses.json"}).click(),setTimeout(()=>URL.revokeObjectURL(y))};c.addEventListener("input",d),h.addEventListener("keydown",({key:g})=>g==="Enter"&&f()),d();const m=Ri("Poses","pose-library",E("div",{class:"settings"},c,Zt({label:"Hold",least:0,greatest:600,step:.1,value:a,unit:"s",done:g=>a=g}),el("Mirrored",r,g=>r=g)),l,o,E("footer",{},h,ie("Keep the pose of the selected keyframe",f,{text:"Keep",kind:"outline"}),ie("Read poses from a file",()=>p.click(),{text:"Open file…",kind:"outline"}),ie("Save your own poses as a file",v,{text:"Save file",kind:"outline"}),p))}function Ur({name:s}){return s.replaceAll("_"," ")}const xS=6,nd=220,Vu="A new seed also draws gestures of the face at accents: keyframes that you can edit or delete";function yS({variations:s,sampling:e},t,n){return s.filter(r=>r.path===t&&r.start<=n&&n<r.stop&&r.seed!==null).at(-1)?.seed??e[t].seed}function id(s,e=xS){const t=Number.isSafeInteger(s+e)?s+1:1;return Array.from({length:e},(n,i)=>t+i)}function MS(s,e,{channels:t,fps:n}){const i=s.length/e;return Array.from({length:e},(r,a)=>new mu(s.subarray(a*i,(a+1)*i),t,n))}function SS(s,e){const[t]=s;if(!t)return[];const n=t.channels[e].flatMap((i,r)=>/^eye(Blink|Look)|^translation/.test(i)?[]:[r]);return s.map(i=>{let[r,a]=[0,-1];for(let o=0;o<i.frames;o++){let l=0;for(const c of n){const h=s.reduce((d,u)=>d+u.at(o,e,c),0)/s.length;l+=(i.at(o,e,c)-h)**2}l>a&&([r,a]=[o,l])}return r/i.fps})}function bS(s,e,t,n){const i={ArrowLeft:-1,ArrowRight:1,ArrowUp:-t,ArrowDown:t,Home:-s,End:n-1-s}[e]??0;return s+i>=0&&s+i<n?s+i:s}function Wu(s,e,t,n){const{project:i,range:r,motion:a}=s,o=s.shownTake;if(!i||!r||!a||!o)return;const{span:l}=s,c={loop:s.loop,time:e.now()},h=E("div",{class:"sheet",role:"group","aria-label":"Seeds"}),d=E("p",{class:"message",role:"status"}),u=E("progress",{max:1,value:0,"aria-label":"Seeds"}),f=ie("Play the range with its sound",()=>{J()},{icon:"play",text:"Sound",keys:"Space",kind:"outline"}),p=ie("Show other seeds",()=>{$(id(T.at(-1)))},{icon:"dice",text:"Other seeds",kind:"outline"}),v=ie("Hold each where it differs most from the others",()=>I(!b),{icon:"pin",text:"Where they differ",kind:"outline"}),m=E("input",{type:"checkbox"});m.checked=s.draws(n),m.addEventListener("change",()=>{s.drawsGestures=m.checked,$(T)});const g=E("label",{class:"check",title:Vu,hidden:n!=="expression"||!s.canFeel},m,"With gestures"),y=Ri(`Seeds for the ${n}, ${l.start.toFixed(2)} to ${l.end.toFixed(2)} s`,"variants",h,u,d,E("footer",{},g,v,f,p));let T=id(yS(o,n,r.start)),S=[],[R,w,_,b]=[!1,-1,0,!1],k=[];const P=()=>[...h.querySelectorAll("button")],N=H=>{y.close(),s.edit([{edit:"set_sampling",path:n,seed:H,gestures:s.draws(n),take:o.name,...l}]),s.regenerate()},G=H=>{const K=E("canvas",{width:nd*sd(),height:nd*sd(),"aria-hidden":"true"}),ee=E("button",{type:"button",class:"variant",disabled:!0},K,E("span",{},`seed ${H}`));return ee.addEventListener("click",()=>N(H)),ee},$=async H=>{[T,S,w]=[H,[],-1],h.replaceChildren(...T.map(G)),p.disabled=m.disabled=v.disabled=!0,u.style.visibility="visible",u.value=0,d.textContent=`Performing the range with ${T.length} seeds…`;const K=setInterval(()=>u.value=s.busy?.done??0,100);await s.change(async ee=>{if(y.open){R=!0;try{const xe=await s.during("Performing seeds",()=>Be.variants(ee,{path:n,seeds:T,gestures:s.draws(n),take:o.name,...l}));S=MS(xe,T.length,a),d.textContent=t.draws?"Arrow keys go from one to the next, Enter chooses, Space plays the sound, Esc changes nothing.":"This browser has no WebGL 2, so the seeds are not shown."}catch(xe){d.textContent=xe instanceof Sn?xe.message:String(xe)}finally{R=!1}}}),clearInterval(K),_=performance.now(),u.style.visibility="hidden",p.disabled=m.disabled=!1,v.disabled=S.length===0,k=SS(S,n),W(),S.length===0&&h.replaceChildren();for(const ee of P())ee.disabled=!1;P()[0]?.focus()},I=H=>{b=H,w=-1,Dt(v,b),b&&e.playing&&e.toggle(),W()},W=()=>{P().forEach((H,K)=>{const ee=b&&k[K]!==void 0?`, ${(l.start+k[K]).toFixed(2)} s`:"";H.querySelector("span").textContent=`seed ${T[K]}${ee}`})},J=async()=>{b&&I(!1),s.loop=!0,await e.toggle()},z=()=>{if(!y.open)return;Dt(f,e.playing);const H=S[0]?S[0].frames/a.fps:1,K=e.playing?e.now()-l.start:(performance.now()-_)/1e3%H,ee=b?0:Math.floor(K*a.fps);S.length>0&&ee!==w&&(w=ee,t.picture(S.map((xe,Pe)=>xe.pose(b?k[Pe]:K)),[...h.querySelectorAll("canvas")])),requestAnimationFrame(z)},te=H=>{const K=P().indexOf(document.activeElement);if(!(K<0)){if(H.key===" ")H.preventDefault(),H.type==="keydown"&&!H.repeat&&J();else if(H.type==="keydown"&&/^(Arrow|Home|End)/.test(H.key)){H.preventDefault();const{offsetTop:ee}=P()[0],xe=P().filter(Pe=>Pe.offsetTop===ee).length;P()[bS(K,H.key,xe,P().length)]?.focus()}}};h.addEventListener("keydown",te),h.addEventListener("keyup",te),y.addEventListener("close",()=>{R&&s.cancel(),e.playing&&e.toggle(),s.loop=c.loop,e.seek(c.time)}),z(),$(T)}const sd=()=>Math.min(devicePixelRatio,2),Cs=["Keyframe","Takes","Layers"],Ls={expression:"Expression",head:"Head"},ES=[["Jaw and mouth",/^(jaw|mouth)/],["Brows",/^brow/],["Cheeks and nose",/^(cheek|nose)/],["Eyes",/^eye/]],[ro,kr,rd]=["accent","pose","look"],ao=180/Math.PI;class wS{constructor(e,t,n,i,r){this.state=e,this.player=t,this.commands=n,this.viewport=i,this.facts=r,this.tabs=E("div",{class:"tabs",role:"tablist","aria-label":"Panels"},...Cs.map(o=>this.tabButton(o))),this.host.append(this.tabs,this.panel);for(const o of["project","selection"])e.on(o,()=>this.draw());this.panel.addEventListener("pointerdown",({target:o})=>{this.held=o instanceof HTMLInputElement&&o.type==="range"});const a=()=>{this.held&&(this.held=!1,setTimeout(()=>this.draw()))};for(const o of["pointerup","pointercancel"])addEventListener(o,a);oy(()=>setTimeout(()=>this.draw())),this.draw()}state;player;commands;viewport;facts;host=E("aside",{class:"inspector","aria-label":"Inspector"});tab="Keyframe";filter="";link=localStorage.getItem("ksdiff.link")!=="false";regions=new Map;asked=new Set;tabs;panel=E("div",{class:"panel",role:"tabpanel",id:"panel",tabindex:-1});drawn="";held=!1;show(e){this.tab=e,this.drawn="",this.draw()}tabButton(e){const t=E("button",{type:"button",role:"tab","aria-controls":"panel",id:`tab-${e}`},e);return t.addEventListener("click",()=>this.show(e)),t.addEventListener("keydown",n=>{const i={ArrowLeft:-1,ArrowRight:1}[n.key];if(i===void 0)return;const r=Cs[(Cs.indexOf(e)+i+Cs.length)%Cs.length];this.show(r),document.getElementById(`tab-${r}`)?.focus()}),t}draw(){const{project:e}=this.state,t=[this.tab,this.filter,e?.id,e?.version,this.state.take,this.state.keyframes,this.state.emotionStart,this.state.block,this.state.range,this.commands.copiedTime,this.state.compared?.take],n=JSON.stringify(t);if(n===this.drawn||this.held||ly(this.panel))return;this.drawn=n;for(const a of this.tabs.children){const o=a.id===`tab-${this.tab}`;a.setAttribute("aria-selected",String(o)),a.setAttribute("tabindex",o?"0":"-1")}this.panel.setAttribute("aria-labelledby",`tab-${this.tab}`);const i=fy(this.panel),{scrollTop:r}=this.panel;e?this.panel.replaceChildren(...{Keyframe:()=>this.keyframe(),Takes:()=>this.takes(),Layers:()=>this.layers()}[this.tab]()):this.panel.replaceChildren(E("p",{class:"hint"},"Add a voice to start directing its performance.")),this.filter&&this.applyFilter(),this.panel.scrollTop=r,i()}keyframe(){const{keyframes:e}=this.state,t=e.at(-1),{emotion:n}=this.state,i=[],r=gS(this.commands.phones)??Qy(this.commands.curves)??mS(this.state,this.commands,this.facts,this.viewport);return r?i.push(r):n?i.push(this.emotion(n)):t?e.length>1?i.push(this.several()):i.push(this.one(t),this.pose(t)):i.push(E("p",{class:"hint"},"Select a keyframe or an emotion in the timeline, or add one at the playhead."),E("div",{class:"buttons"},...Jt.map(a=>ie(`Add ${a} keyframe`,()=>this.commands.addKeyframe(a),{icon:"plus",text:Ls[a],keys:a==="head"?"H":"E",kind:`outline ${a}`})),...this.state.canFeel?[this.addEmotion()]:[])),i.push(this.range()),i}addEmotion(){return ie("Add an emotion",()=>this.commands.addEmotion(),{icon:"plus",text:"Emotion",keys:"M",kind:"outline emotion"})}emotion(e){const t=l=>{this.commands.changeEmotion(()=>l)},n=this.state.project?.duration??0,i=E("select",{"aria-label":"Emotion"});for(const l of this.facts.emotions)i.append(new Option(l.replace("_"," "),l));i.append(new Option("by valence and arousal","")),i.value=e.emotion??"",i.addEventListener("change",()=>{i.value?t({emotion:i.value,valence:null,arousal:null}):t({emotion:null,valence:.5,arousal:.5})});const r=(l,c,h)=>Vt({label:l,least:h,greatest:1,step:.01,value:e[c]??0,done:d=>t({[c]:d})}),a=(l,c,h)=>Zt({label:l,value:Number(e[c].toFixed(2)),least:0,greatest:Number(h.toFixed(2)),step:"any",unit:"s",done:d=>t({[c]:d})}),o=Wt(Hl(e),E("label",{class:"choice"},E("span",{class:"name"},"Emotion"),i),r("Intensity","intensity",0),...e.emotion===null?[r("Valence","valence",-1),r("Arousal","arousal",-1)]:[],a("From","start",n),a("To","end",n),a("Comes within","onset",10),a("Goes within","decay",10),E("div",{class:"buttons"},ie("Delete",()=>this.commands.removeEmotion(),{icon:"trash",text:"Delete",keys:"Del",kind:"outline"}),ie("Other differences between left and right",()=>t({seed:(e.seed??0)+1}),{icon:"dice",text:"Other sides",kind:"outline"})));return o.classList.add("emotion"),o}several(){const{keyframes:e}=this.state,t=this.state.keyframe(e.at(-1))?.strength??1;return Wt(`${e.length} keyframes`,Vt({label:"Strength",least:.05,greatest:1,step:.01,value:t,done:n=>this.commands.setStrength(n)}),...new Set(e.map(({path:n})=>n)).size===1?[this.kind(e,e[0].path)]:[],E("div",{class:"buttons"},this.deleteButton()))}deleteButton(){return ie("Delete",()=>this.commands.deleteKeyframes(),{icon:"trash",text:"Delete",keys:"Del",kind:"outline"})}kind(e,t){const n=new Set(e.map(o=>this.kindOf(o))),i=n.size===1?[...n][0]:"",r=E("select",{"aria-label":"Kind"});n.size>1&&r.append(new Option("several","")),r.append(new Option("Accent: the model finds it",ro)),i===kr&&r.append(new Option("Pose",kr));for(const o of this.facts.gestures[t])r.append(new Option(o.charAt(0).toUpperCase()+o.slice(1).replace("_"," "),o));const[a]=e;return t==="head"&&e.length===1&&r.append(new Option("Look at…",rd)),r.value=i,r.addEventListener("change",()=>{if(!(r.value===""||r.value===kr)){if(r.value===rd&&a){this.commands.lookInstead(a);return}this.commands.gesture(e,r.value===ro?null:r.value)}}),E("label",{class:"choice"},E("span",{class:"name"},"Kind"),r)}kindOf(e){const t=this.state.keyframe(e);return t?.gesture??(Object.keys(t?.pose??{}).length>0?kr:ro)}variation(e){const t=this.state.keyframe(e),{gesture:n}=t??{};return!t||!n?[]:[ie("Another one of its kind: size, tempo and side",()=>{this.commands.gesture([e],n,t.seed+1)},{icon:"dice",text:"Variation",kind:"outline"})]}lengths(e,t){const n=this.state.project?.fps??25,i=(o,l,c,h)=>{const d=t[l],u=Zt({label:o,value:d===null?null:Number((d/n).toFixed(2)),least:0,greatest:c,step:"any",unit:"s",placeholder:"model's",empty:l==="hold"?void 0:()=>{this.commands.hold(e,{[l]:null})},done:f=>{this.commands.hold(e,{[l]:Math.max(Math.round(f*n),l==="hold"?0:1)})}});return u.title=h,u},r=((this.state.project?.frames??1)-1-t.frame)/n,a=E("select",{"aria-label":"Ease",title:"Course of an attack or release that is set"});for(const o of al)a.append(new Option(o.charAt(0).toUpperCase()+o.slice(1).replace("_"," "),o));return a.value=t.ease,a.disabled=t.attack===null&&t.release===null,a.addEventListener("change",()=>{this.commands.hold(e,{ease:a.value})}),[i("Hold","hold",Number(r.toFixed(2)),"How long the pose stays"),i("Attack","attack",10,"How long before it the motion leaves for it; empty leaves it to the model"),i("Release","release",10,"How long after its hold the motion is back; empty leaves it to the model"),E("label",{class:"choice"},E("span",{class:"name"},"Ease"),a)]}one(e){const t=this.state.keyframe(e),n=[e],{project:i}=this.state,r=this.state.time((i?.frames??1)-1),a=Wt(`${Ls[e.path]} keyframe`,Zt({label:"Time",value:Number(this.state.time(e.frame).toFixed(2)),least:0,greatest:Number(r.toFixed(2)),step:"any",unit:"s",done:o=>this.commands.moveKeyframes(Math.round(o*(i?.fps??25))-e.frame)}),Vt({label:"Strength",least:.05,greatest:1,step:.01,value:t?.strength??1,done:o=>this.commands.setStrength(o)}),this.kind(n,e.path),...t?.pose&&Object.keys(t.pose).length>0?this.lengths(e,t):[],E("div",{class:"buttons"},this.deleteButton(),...this.variation(e)));return a.classList.add(e.path),a}pose(e){const t=this.state.keyframe(e),n=Object.keys(t?.pose??{}),i=this.commands.copiedTime,r=Wt("Pose"),a=n.length===0?t?.gesture?"A gesture. Move a slider to set a pose in its place.":"Free: the model finds it. Move a slider to set it.":`${n.length} ${n.length===1?"channel is":"channels are"} set, and will be met.`;return r.append(E("p",{class:"hint"},a),E("div",{class:"buttons"},ie("Copy the pose at the playhead",()=>this.commands.copyPose(),{text:"Copy pose",keys:"C",kind:"outline"}),this.paste(i),this.clear(e,n.length>0),ie("Poses by name",()=>vS(this.state,this.commands,this.facts),{text:"Poses…",kind:"outline"}),this.mirror(e,n.length>0),...e.path==="expression"?[this.linkToggle()]:[])),e.path==="head"?r.append(...this.headSliders(e)):r.append(this.search(),...this.channelSliders(e,n)),r}paste(e){const t=e===void 0?"Copy a pose first":`Paste the pose of ${e.toFixed(2)} s here`,n=ie(t,()=>this.commands.pastePose(),{text:"Paste",keys:"V",kind:"outline"});return n.disabled=e===void 0,n}mirror(e,t){const n=ie("Mirror the pose: left becomes right",()=>this.commands.mirrorPose(e),{icon:"mirror",text:"Mirror",kind:"outline"});return n.disabled=!t,n}linkToggle(){const e=ie("Move left and right together",()=>{this.link=!this.link,localStorage.setItem("ksdiff.link",String(this.link)),Dt(e,this.link)},{icon:"link",text:"L = R",kind:"outline"});return Dt(e,this.link),e}both(e,t,n){const i=this.link?by(e):void 0;return i!==void 0&&n.includes(i)?{[e]:t,[i]:t}:{[e]:t}}clear(e,t){const n=ie("Let the model find the pose",()=>this.commands.clearPose(e),{text:"Free",kind:"outline"});return n.disabled=!t,n}value(e,t){const{motion:n}=this.state;return[...this.asked].reverse().find(a=>Hs(a.chosen,e)&&t in a.values)?.values[t]??this.state.keyframe(e)?.pose[t]??n?.at(e.frame,e.path,n.channels[e.path].indexOf(t))??0}headSliders(e){const t=this.state.motion?.channels.head??[],n=t.map(l=>this.value(e,l)),i=Ul(n),r=(l,c)=>(i[l]=c,Object.fromEntries(kl(i).map((h,d)=>[t[d],h]))),a=["Yaw","Pitch","Roll"].map((l,c)=>Vt({label:l,least:-45,greatest:45,step:.5,value:i[c],unit:"°",digits:1,move:h=>this.tryPose(e,r(c,h)),done:h=>this.setPose(e,r(c,h))})),o=["Sideways","Up","Forward"].map((l,c)=>Vt({label:l,least:-80,greatest:80,step:.5,value:n[3+c]*1e3,unit:"mm",digits:1,move:h=>this.tryPose(e,{[t[3+c]]:h/1e3}),done:h=>this.setPose(e,{[t[3+c]]:h/1e3})}));return[...a,...o]}search(){const e=E("input",{type:"search",placeholder:"Find a channel, such as smile","aria-label":"Find a channel"});return e.value=this.filter,e.addEventListener("input",()=>{this.filter=e.value,this.applyFilter()}),e}applyFilter(){const e=this.filter.toLowerCase().replaceAll(" ","");for(const t of this.panel.querySelectorAll("details.region")){let n=!1;for(const i of t.querySelectorAll(".slider"))i.hidden=!(i.dataset.channel??"").toLowerCase().includes(e),n||=!i.hidden;t.hidden=!n,e&&(t.open=n)}}channelSliders(e,t){const n=this.state.motion?.channels.expression??[];return ES.map(([i,r],a)=>{const o=n.filter(d=>r.test(d)),l=o.filter(d=>t.includes(d)).length,c=E("summary",{},i);l>0&&c.append(E("small",{},`${l} set`));const h=E("details",{class:"region"},c);return h.open=this.regions.get(i)??(l>0||a===0),c.addEventListener("click",()=>this.regions.set(i,!h.open)),h.append(...o.map(d=>{const u=Vt({label:d,least:0,greatest:1,step:.01,value:this.value(e,d),move:f=>this.tryPose(e,this.both(d,f,n)),done:f=>this.setPose(e,this.both(d,f,n))});return u.dataset.channel=d,u.classList.toggle("set",t.includes(d)),u})),h})}tryPose({path:e,frame:t},n){this.state.motion?.frame(this.player.now())!==t&&this.player.seek(this.state.time(t)),this.viewport.trial={path:e,values:n}}setPose(e,t){const{trial:n}=this.viewport,i={chosen:e,values:t};this.asked.add(i),this.commands.setPose(e,t).finally(()=>{this.asked.delete(i),this.viewport.trial===n&&(this.viewport.trial=void 0)})}range(){const{range:e}=this.state;if(!e)return Wt("Range",E("p",{class:"hint"},"Drag in the timeline to select a range: to loop it, to pin it, to try another seed in it, or to choose a take for it."));const{start:t,end:n}=this.state.span,i=Jt.map(o=>{const l=this.commands.pinned(o),c=ie(l?`Let the ${o} change here`:`Keep the ${o} as it is here`,()=>l?this.commands.unpin(o):this.commands.pin(o),{icon:"pin",text:l?"Unpin":"Pin",kind:"outline"});Dt(c,l);const h=ie(`Another seed for the ${o} here`,()=>this.commands.reroll(o),{icon:"dice",text:"New seed",kind:"outline"}),d=ie(`Several seeds for the ${o} here, to choose from`,()=>Wu(this.state,this.player,this.viewport,o),{icon:"sheet",keys:"Shift+N",kind:"outline"});return h.disabled=d.disabled=l,E("div",{class:"pair"},E("span",{class:"name"},E("i",{class:o}),Ls[o]),c,h,d)}),r=E("input",{type:"checkbox"});r.checked=this.state.drawsGestures,r.addEventListener("change",()=>this.state.drawsGestures=r.checked);const a=E("label",{class:"check",title:Vu},r,"A new seed draws gestures too");return Wt(`Range ${t.toFixed(2)} to ${n.toFixed(2)} s`,...i,...this.state.canFeel?[a]:[])}takes(){const{project:e,range:t}=this.state;if(!e)return[];const n=t?"in the selected range":"everywhere";return[...e.takes.map(r=>{const a=r.name===this.state.shownTake?.name,o=ie(`Edit ${r.name}`,()=>this.state.setTake(r.name),{text:r.name,kind:"take"});Dt(o,a);const l=ie(`Compare ${r.name} side by side`,()=>this.compare(r.name),{icon:"compare"});Dt(l,this.state.compared?.take===r.name);const c=E("div",{class:"takehead"},o,l);e.takes.length>1&&c.append(ie(`Delete ${r.name}`,()=>{this.state.edit([{edit:"delete_take",name:r.name}])},{icon:"trash"}));const h=E("section",{class:a?"group takeitem open":"group takeitem"},c);if(e.takes.length>1){const d=[...Jt,null].map(u=>ie(`Use ${u??"both"} of ${r.name} ${n}`,()=>this.commands.choose(r.name,u),{text:u===null?"Both":Ls[u],kind:`outline ${u??""}`}));h.append(E("div",{class:"buttons"},E("span",{class:"hint"},t?"In range":"Use"),...d))}return h}),this.newTake(),this.style(),...Jt.map(r=>this.sampling(r))]}style(){const{project:e}=this.state,t=E("select",{"aria-label":"Style"}),n=e?.model===this.facts.model?this.facts.styles:[e?.style??""];for(const i of n)t.append(new Option(i==="neutral"?"neutral, the average":i,i));return t.value=e?.style??"",t.disabled=n.length<2,t.addEventListener("change",()=>{this.state.edit([{edit:"set_style",style:t.value}])}),Wt("Style",E("label",{class:"choice"},E("span",{class:"name"},"Moves like"),t),E("p",{class:"hint"},"One of the speakers that the model learned from. Everything that is not pinned is regenerated."))}compare(e){this.state.compare(this.state.compared?.take===e?void 0:e).then(()=>{this.drawn="",this.draw()})}newTake(){const{project:e}=this.state,t=new Set(e?.takes.map(({name:o})=>o)),i=[..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].find(o=>!t.has(o))??`Take ${t.size+1}`,r=()=>Math.floor(Math.random()*1e6),a=(o,l)=>{this.state.edit([{edit:"add_take",name:i,source:o,sampling:l}]).then(()=>this.state.setTake(i))};return E("div",{class:"buttons"},ie("New take: other seeds, other keyframes",()=>a(null,{expression_seed:r(),head_seed:r()}),{icon:"plus",text:"New take",kind:"outline"}),ie(`Copy ${this.state.take} as a new take`,()=>a(this.state.take,{}),{text:`Copy of ${this.state.take}`,kind:"outline"}))}sampling(e){const{shownTake:t,range:n}=this.state;if(!t)return E("div");const i=n?Math.floor((n.start+n.stop-1)/2):void 0,r={...t.sampling[e]};for(const o of t.variations){const l=i===void 0?o.stop-o.start>=(this.state.project?.frames??0):o.start<=i&&i<o.stop;if(!(o.path!==e||!l))for(const c of["seed","temperature","guidance"])r[c]=o[c]??r[c]}const a=Wt(`${Ls[e]} of ${t.name}${n?", in the range":""}`,E("div",{class:"pair"},Zt({label:"Seed",value:r.seed,least:0,done:o=>this.commands.sample(e,{seed:o})}),ie(`Another seed for the ${e}`,()=>this.commands.sample(e,{seed:Math.floor(Math.random()*1e6)}),{icon:"dice"})),Vt({label:"Liveliness",least:0,greatest:2,step:.05,value:r.temperature,rest:t.sampling[e].temperature,done:o=>this.commands.sample(e,{temperature:o})}),Vt({label:"Guidance",least:0,greatest:5,step:.05,value:r.guidance,rest:t.sampling[e].guidance,done:o=>this.commands.sample(e,{guidance:o})}));return a.classList.add(e),a}layers(){const{project:e}=this.state;if(!e)return[];const{layers:t}=e,n=a=>{this.commands.layers(a)},i=(a,o,l)=>Vt({label:a,least:0,greatest:2,step:.05,value:o,rest:1,unit:"%",scale:100,digits:0,done:l}),r=(a,o,l)=>Vt({label:a,least:0,greatest:.3,step:.01,value:o,rest:0,unit:"ms",scale:1e3,digits:0,done:l});return[Wt("Amplitude",i("Head",t.head_amplitude,a=>n({head_amplitude:a})),...this.facts.regions.map(a=>i(a.charAt(0).toUpperCase()+a.slice(1),t.gains[a]??1,o=>n({gains:{[a]:o}})))),Wt("Smoothing",r("Expression",t.expression_smoothing,a=>n({expression_smoothing:a})),r("Head",t.head_smoothing,a=>n({head_smoothing:a})),el("Let the mouth rest in silence",t.rest,a=>n({rest:a}))),this.eyes(),this.offsets()]}eyes(){const{layers:e}=this.state.project,t=l=>{this.commands.layers(l)},n=Wt("Blinks and gaze",el("Blinks and gaze of their own",e.eyes!==null,l=>t({eyes:l?this.facts.natural_eyes:null}))),{eyes:i}=e;if(!i)return n;const r=l=>c=>t({eyes:{[l]:c}}),a=this.facts.natural_eyes,o=(l,c,h,d,u)=>Vt({label:l,least:0,greatest:h,step:d,value:i[c],rest:a[c],...u,done:r(c)});return n.append(o("Blinks","blinks_per_minute",60,1,{unit:"/min",digits:0}),o("Looks away","aversions_per_minute",30,1,{unit:"/min",digits:0}),Vt({label:"How far away",least:0,greatest:30,step:1,value:(i.aversion_angle??0)*ao,rest:(a.aversion_angle??0)*ao,unit:"°",digits:0,done:l=>t({eyes:{aversion_angle:l/ao}})}),o("Wandering","wander",3,.1,{digits:1}),o("Held on viewer","compensation",1,.05,{unit:"%",scale:100,digits:0}),E("div",{class:"pair"},Zt({label:"Seed",value:e.eyes_seed,least:0,done:l=>t({eyes_seed:l})}),ie("Other blinks",()=>t({eyes_seed:Math.floor(Math.random()*1e6)}),{icon:"dice"}))),n}offsets(){const{layers:e,channels:t}=this.state.project,n=Wt("Offsets"),i=Object.keys(e.offsets).filter(a=>e.offsets[a]!==0);for(const a of i)n.append(Vt({label:a,least:-.5,greatest:.5,step:.01,value:e.offsets[a]??0,rest:0,done:o=>{this.commands.layers({offsets:{[a]:o}})}}));const r=E("select",{"aria-label":"Add an offset"},new Option("Add a channel…",""));for(const a of t.expression)i.includes(a)||r.append(new Option(a,a));return r.addEventListener("change",()=>{r.value&&this.commands.layers({offsets:{[r.value]:.1}})}),n.append(r),n}}async function TS(s,{send:e,settle:t,open:n,keep:i}){let r;const a=[],o=[];for(const c of s){const{name:h}=c;try{const d=await e(c);if(r===void 0&&!i){r=h,await n(d,h);continue}await t(d),r===void 0?(r=h,await n(d,h)):a.push(h)}catch(d){o.push(d instanceof Error?d.message:String(d))}}const l=o.map(c=>c.endsWith(".")?c:`${c}.`);return a.length>0&&l.unshift(`${ol(a)} ${a.length===1?"is":"are"} ready under All projects.`),l.join(" ")}function ol(s){return s.length<2?s.join(""):`${s.slice(0,-1).join(", ")} and ${s.at(-1)}`}class ad{constructor(e,t){this.sound=e,this.duration=t}sound;duration;shown=0;measured=0;get playing(){return!this.sound.paused&&!this.sound.ended}now(){const e=this.sound.currentTime,t=performance.now()/1e3;if(this.playing&&this.sound.readyState>=HTMLMediaElement.HAVE_FUTURE_DATA){const n=this.shown+(t-this.measured)*this.sound.playbackRate;this.shown=Math.abs(e-n)>.08?e:n+.1*(e-n)}else this.shown=e;return this.measured=t,Math.min(Math.max(this.shown,0),this.duration)}seek(e){this.sound.currentTime=Math.min(Math.max(e,0),this.duration),this.shown=this.sound.currentTime}async toggle(){this.playing?this.sound.pause():((this.sound.ended||this.sound.currentTime>=this.duration-.01)&&this.seek(0),await this.sound.play())}}const od=.03;class AS{constructor(e,t){this.state=e,this.report=t,this.sound.preload="auto",this.sound.addEventListener("seeked",()=>this.wanted=void 0),this.sound.addEventListener("error",()=>{this.sound.getAttribute("src")&&this.report("The sound cannot be played.")})}state;report;speed=1;sound=new Audio;clock=new ad(this.sound,0);wanted;open(e,t){this.sound.src=e,this.clock=new ad(this.sound,t),this.wanted=void 0,this.setSpeed(this.speed)}close(){this.sound.pause(),this.sound.removeAttribute("src"),this.sound.load()}get playing(){return this.clock.playing}get duration(){return this.clock.duration}now(){if(this.wanted!==void 0&&!this.playing)return this.wanted;const e=this.clock.now(),t=this.sound.currentTime;return Math.min(Math.max(e,t-od,0),t+od)}seek(e){const t=Math.min(Math.max(e,0),this.duration);this.wanted=t,this.clock.seek(t)}step(e){const{project:t}=this.state;if(!t)return;this.playing&&this.sound.pause();const n=Math.round(this.now()*t.fps)+e;this.seek(Math.min(Math.max(n,0),t.frames-1)/t.fps)}async toggle(){if(!this.state.project)return;const e=this.loop,t=this.now();!this.playing&&e&&(t<e.start-.001||t>e.end-.03)&&this.seek(e.start);try{await this.clock.toggle()}catch(n){if(!(n instanceof DOMException&&n.name==="AbortError"))throw n}}setSpeed(e){this.speed=this.sound.playbackRate=this.sound.defaultPlaybackRate=e}tick(){const e=this.loop;return this.playing&&e&&this.clock.now()>=e.end&&this.seek(e.start),this.now()}get loop(){if(!this.state.loop)return;const{start:e,end:t}=this.state.span;return{start:e,end:Math.min(t,this.duration-.03)}}}function RS(s){const e=t=>{const n=new Set;for(const{stale:i}of s.takes)for(const{start:r,stop:a}of i[t])for(let o=r;o<a;o++)n.add(o);return n.size};return{expression:e("expression"),head:e("head")}}function CS(s){if(!s.stale)return"";const e=RS(s),t=Jt.filter(n=>e[n]>0).map(n=>`${(e[n]/s.fps).toFixed(1)} s of ${n}`);return t.length>0?`${t.join(" and ")} not regenerated yet`:"A take is not generated yet"}const LS=450;function PS(){const s=E("div",{class:"tip",role:"tooltip",popover:"manual"});document.body.append(s);let e,t=0;const n=()=>{clearTimeout(t),e&&(e.title||(e.title=e.dataset.tip??""),delete e.dataset.tip),e=void 0,s.matches(":popover-open")&&s.hidePopover()},i=a=>{const{keys:o}=a.dataset,l=o?a.title.replace(` (${o})`,""):a.title;a.dataset.tip=a.title,a.title="",s.replaceChildren(l,...o?[" ",E("kbd",{},o)]:[]),s.showPopover();const c=a.getBoundingClientRect(),{width:h,height:d}=s.getBoundingClientRect(),u=c.bottom+6+d<innerHeight;s.style.left=`${Math.max(6,Math.min(c.left+c.width/2-h/2,innerWidth-h-6))}px`,s.style.top=`${u?c.bottom+6:c.top-d-6}px`},r=(a,o)=>{a!==e&&(n(),e=a,t=window.setTimeout(()=>a.isConnected&&i(a),o))};addEventListener("pointerover",({target:a,pointerType:o})=>{if(o==="touch"||!(a instanceof Element))return;const l=a.closest("[title]:not([title=''])");l?r(l,LS):e?.contains(a)||n()}),addEventListener("focusin",({target:a})=>{a instanceof HTMLElement&&a.title&&a.matches(":focus-visible")?r(a,0):n()});for(const a of["pointerdown","keydown","wheel","blur"])addEventListener(a,n,{passive:!0})}const Ps=[.25,.5,.75,1,1.25,1.5,2],Xu=matchMedia("(prefers-color-scheme: dark)");class IS{constructor(e,t){this.host=e,this.facts=t,this.viewport.now=()=>this.player.now(),this.inspector=new wS(this.state,this.player,this.commands,this.viewport,t),this.character=new ay(this.state,this.viewport,t),this.characterPanel=new py(this.state,this.character,()=>this.update()),this.home=new cS({give:n=>{this.give(n)},take:n=>{this.take(n)},open:n=>{this.open(n)},fail:n=>this.home.problem(n)},t),this.build(),Ly(()=>this.shortcuts()),PS();for(const n of["project","selection","look","busy"])this.state.on(n,()=>this.update());Xu.addEventListener("change",({matches:n})=>this.setTheme(n?"dark":"light")),addEventListener("pagehide",bi),addEventListener("popstate",()=>{this.route()})}host;facts;toast=E("div",{class:"toast",role:"alert",hidden:!0});said=E("div",{class:"said",role:"status"});state=new Ey(e=>this.complain(e));player=new AS(this.state,e=>this.complain(e));commands=new Ty(this.state,this.player,e=>this.said.textContent=e,e=>this.timeline.reveal(e));viewport=new tS(this.state,e=>this.setHeadPose(e));timeline=new pM(this.state,this.player,this.commands,()=>this.chooseCurves(),()=>xM(this.state,this.facts,this.commands));inspector;character;characterPanel;home;events;toastTimer=0;wide=E("div",{class:"busy",hidden:!0});updates=[];async start(){this.update();const e=()=>{const t=this.player.tick();this.viewport.show(t,this.player.playing,this.player.speed),this.timeline.show(t),this.showTime(t),requestAnimationFrame(e)};e(),await Promise.all([this.viewport.start(this.facts.channels),this.route()]),this.host.dataset.ready="true"}async route(){const e=/^#([\w-]+)$/.exec(location.hash)?.[1];e?await this.open(e):await this.leave()}take(e){const t=async n=>{await this.leave(!1),await this.home.batch(n)};return hS(e,{batch:n=>{t(n)},give:n=>{this.give(n)}})}async give(e){const t=e.find(({name:c})=>Th(c)),n=e.filter(({name:c})=>!Th(c));if(t&&n.length===0)return this.giveCharacter(t);const i=this.state.project!==void 0,r=async({content:c,name:h})=>{if(c.size>this.facts.max_upload){const u=Math.round(this.facts.max_upload/1048576);throw new Sn(`${h} has ${Math.round(c.size/2**20)} MB; the studio takes up to ${u} MB. Cut it, or compress it.`)}return this.state.project||this.home.progress(h,{stage:"upload",done:0}),(await(h.toLowerCase().endsWith(".ksd")?Be.open:Be.create)(c,h)).id},a=async(c,h)=>{await this.open(c,h);const d=n.filter(u=>u.name!==h).map(u=>u.name);d.length>0&&this.inform(`${h} is opened; ${ol(d)} will be under All projects.`)},o=()=>TS(n,{send:r,settle:Zu,open:a,keep:i}),l=await(i?this.state.during(`Reading ${ol(n.map(({name:c})=>c))}`,o,!0):o());l&&!this.state.project&&location.hash===""?(await this.home.show(),this.home.problem(l)):l&&this.inform(l),t&&this.state.project&&await this.giveCharacter(t)}async giveCharacter({content:e,name:t}){try{await this.character.take(e,t),this.character.rig?.most?this.inform(`${t} speaks in place of the head.`):this.characterPanel.open()}catch(n){const i=n instanceof Error?n.message:String(n);this.state.project?this.complain(i):this.home.problem(i)}}async open(e,t=""){this.events?.close(),location.hash!==`#${e}`&&history.pushState(null,"",`#${e}`);let n=!1;const i=async()=>{if(n)return;n=!0,await this.state.open(e);const{project:a}=this.state;a&&(this.player.open(Be.soundAddress(e),a.duration),this.reference=!1,this.viewport.setReference(!1),this.home.hide(),this.timeline.open(await Be.waveform(e)),this.update())},r=a=>{this.events?.close(),history.replaceState(null,"",location.pathname),this.home.show().then(()=>this.home.problem(a instanceof Error?a.message:String(a)))};this.events=ld(e,{progress:a=>{n?this.state.progress(a.stage,a.done):this.home.progress(t||"Opening",a,()=>{this.abandon(e)})},idle:()=>this.state.idle(),changed:a=>{n?this.state.refresh(a):i().catch(r)},failed:a=>n?this.complain(a):r(new Error(a))}),this.events.addEventListener("error",()=>{this.events?.readyState===EventSource.CLOSED&&!n&&Be.project(e).then(i).catch(r)})}async abandon(e){await this.leave();try{await Be.remove(e)}catch(t){this.state.fail(t)}await this.home.show()}async leave(e=!0){bi(),this.events?.close(),this.player.close(),this.state.close(),this.viewport.clear(),this.timeline.redraw();for(const t of["project","selection"])this.state.tell(t);location.hash&&history.pushState(null,"",location.pathname),e&&await this.home.show(),this.update()}setHeadPose(e){const t=this.commands.frame;this.commands.setPose({path:"head",frame:t},e).finally(()=>this.viewport.trial=void 0)}chooseCurves(){const e=this.state.project?.channels.expression??[];yM(e,this.timeline.channels,t=>{this.timeline.channels=t,this.timeline.recolour()})}complain(e){this.inform(e)}inform(e){this.toast.textContent=e,this.toast.hidden=!1,clearTimeout(this.toastTimer),this.toastTimer=window.setTimeout(()=>this.toast.hidden=!0,4e3+60*e.length)}build(){const e=E("header",{class:"top"}),t=E("span",{class:"logo","aria-hidden":!0});t.innerHTML=Qs("logo");const n=E("input",{class:"title","aria-label":"Name of the project",spellcheck:!1,maxlength:120});n.addEventListener("change",()=>{this.state.change(w=>Be.rename(w,n.value.trim()||"Untitled"))}),n.addEventListener("keydown",w=>{w.key==="Enter"&&n.blur()});const i=E("span",{class:"saved"}),r=ie("Cancel what is being done",()=>{this.state.cancel()},{text:"Cancel",kind:"outline cancel"}),a=ie("Undo",()=>{this.state.undo()},{icon:"undo",keys:oi("Mod+z")}),o=ie("Redo",()=>{this.state.redo()},{icon:"redo",keys:oi("Mod+Shift+z")}),l=ie("Regenerate affected frames",()=>{this.state.regenerate()},{icon:"again",text:"Regenerate",keys:"R",kind:"outline"}),c=E("input",{type:"checkbox"});c.checked=this.state.automatic,c.addEventListener("change",()=>{this.state.automatic=c.checked,localStorage.setItem("ksdiff.automatic",String(c.checked)),c.checked&&this.state.regenerate(),this.update()});const h=E("label",{class:"check",title:"Regenerate after each edit"},c,"Auto"),d=ie("Save as a .ksd file",()=>this.save(),{icon:"save",keys:oi("Mod+s")}),u=ie("Open a voice or a project",()=>this.home.choose(),{icon:"open",keys:oi("Mod+o")}),f=ie("All projects",()=>{this.leave()},{icon:"home"}),p=ie("Light or dark",()=>this.toggleTheme(),{icon:"theme",keys:"T"}),v=ie("Shortcuts",()=>Wh(this.shortcuts()),{icon:"help",keys:"?"}),m=ie("Export",()=>Xh(this.state,this.facts),{text:"Export",keys:oi("Mod+e"),kind:"primary"});e.append(t,f,u,d,n,i,r,E("span",{class:"space"}),a,o,h,l,m,p,v);const g=this.transport();this.viewport.host.append(this.characterPanel.host,this.home.host,this.viewTools(),this.staleNotice());const y=this.grip(),T=E("div",{class:"lower"},y,g,this.timeline.host),S=E("div",{class:"work-area"},this.viewport.host,T),R=E("div",{class:"middle"},S,this.inspector.host);this.host.append(e,this.wide,R,this.toast,this.said,this.narrow(),dS(w=>{this.take(w)})),this.updates.push(()=>{const{project:w,busy:_}=this.state;this.host.classList.toggle("empty",!w),document.activeElement!==n&&(n.value=w?.name??"ksdiff studio"),n.disabled=!w,document.title=w?`${w.name} – ksdiff studio`:"ksdiff studio",i.textContent=_?`${rl[_.stage]??_.stage} ${Math.round(_.done*100)} %`:w?"Saved":"",a.disabled=!w?.undo,o.disabled=!w?.redo,a.title=`Undo${w?.undo?` ${w.undo}`:""} (${oi("Mod+z")})`,o.title=`Redo${w?.redo?` ${w.redo}`:""} (${oi("Mod+Shift+z")})`,l.disabled=!w?.stale||_!==void 0,l.classList.toggle("wanted",!!w?.stale&&!_);for(const b of[d,m,f])b.disabled=!w;h.hidden=l.hidden=!w,r.hidden=!_||_.fixed===!0||!w,this.wide.hidden=!_,_&&(this.wide.setAttribute("aria-label",_.stage),this.wide.style.setProperty("--done",String(_.done)))})}narrow(){return E("div",{class:"narrow",role:"alert"},E("b",{},"The studio needs a window at least 768 pixels wide"),E("span",{},"Make it wider, turn the screen, or make the page smaller with Ctrl and minus. Nothing is lost."))}staleNotice(){const e=E("span",{}),t=ie("Regenerate what is not up to date",()=>{this.state.regenerate()},{icon:"again",text:"Regenerate",keys:"R",kind:"primary"}),n=E("div",{class:"stale-notice",role:"status",hidden:!0},e,t);return this.updates.push(()=>{const{project:i,busy:r,automatic:a}=this.state;e.textContent=i?CS(i):"",n.hidden=!i?.stale||r!==void 0||a}),n}transport(){const e=ie("Play",()=>{this.player.toggle()},{icon:"play",keys:"Space",kind:"plain play"}),t=E("output",{class:"time"});this.showTime=o=>{const{project:l}=this.state,c=this.player.playing;e.dataset.playing==="true"!==c&&(e.dataset.playing=String(c),e.innerHTML=Qs(c?"pause":"play"),e.setAttribute("aria-label",c?"Pause":"Play"));const h=Math.floor(o/60),d=l?`${h}:${(o-60*h).toFixed(2).padStart(5,"0")}`:"0:00.00",u=l?Math.min(Math.round(o*l.fps),l.frames-1):0,f=`${d}  frame ${u}`;t.dataset.text!==f&&(t.dataset.text=f,t.replaceChildren(E("b",{},d),E("small",{},`frame ${u}`)))};const n=E("select",{"aria-label":"Speed"});for(const o of Ps)n.append(new Option(`${o}×`,String(o),o===1,o===1));n.addEventListener("change",()=>{this.player.setSpeed(Number(n.value)),n.blur()}),this.setSpeed=o=>{const l=Math.min(Math.max(Ps.indexOf(this.player.speed)+o,0),Ps.length-1);n.value=String(Ps[l]),this.player.setSpeed(Ps[l])};const i=ie("Loop the selection, or all",()=>this.toggleLoop(),{icon:"loop",keys:"L"}),r=ie("Snap to words, keyframes and the playhead",()=>this.toggleSnap(),{icon:"snap",keys:"S"}),a=E("span",{class:"range"});return this.updates.push(()=>{Dt(i,this.state.loop),Dt(r,this.state.snap);const{start:o,end:l}=this.state.span;a.textContent=this.state.range?`${o.toFixed(2)} to ${l.toFixed(2)} s (${(l-o).toFixed(2)} s)`:"";for(const c of[e,i,n])c.disabled=!this.state.project}),E("div",{class:"transport",role:"toolbar","aria-label":"Transport"},ie("To the start",()=>this.commands.seek(0),{icon:"first",keys:"Home"}),ie("One frame back",()=>this.player.step(-1),{icon:"back",keys:"←"}),e,ie("One frame on",()=>this.player.step(1),{icon:"forward",keys:"→"}),t,n,i,r,a,E("span",{class:"space"}),ie("Zoom out",()=>this.timeline.zoom(1/1.5),{icon:"minus",keys:"-"}),ie("Zoom in",()=>this.timeline.zoom(1.5),{icon:"plus",keys:"+"}),ie("Show all",()=>this.timeline.fit(),{icon:"fit",keys:"F"}))}viewTools(){const e=ie("Pose: drag the head",()=>this.togglePosing(),{icon:"pose",keys:"G"}),t=ie("Wireframe",()=>this.toggleWireframe(),{icon:"wire",keys:"W"}),n=ie("Reference video",()=>this.toggleReference(),{icon:"video",keys:"B"}),i=ie("Your own character",()=>this.characterPanel.toggle(),{icon:"character",keys:"A"}),r=ie("Camera",()=>this.chooseCamera(r),{icon:"view",keys:"K: the next, 0: from the front"});return r.setAttribute("aria-haspopup","menu"),this.updates.push(()=>{Dt(e,this.state.posing),Dt(t,this.wireframe),Dt(n,this.reference),Dt(i,this.characterPanel.shown),e.disabled=n.disabled=i.disabled=!this.state.project}),E("div",{class:"viewtools",role:"toolbar","aria-label":"View","aria-orientation":"vertical"},e,t,n,i,r)}camera=0;look(e){this.camera=e;const t=da[e];this.viewport.look(t),this.said.textContent=t.name}compareSeeds(){const{state:e}=this;e.range?Wu(e,this.player,this.viewport,e.path):e.project&&(this.said.textContent="Select a range first: drag in the timeline, or press I and O")}chooseCamera(e){const t=da.map(({name:n},i)=>({name:n,on:i===this.camera,choose:()=>this.look(i)}));dy("Camera",e,t)}grip(){const e=E("div",{class:"grip",role:"separator","aria-label":"Height of the timeline","aria-orientation":"horizontal","aria-valuemin":220,tabindex:0}),t=n=>{const i=Math.min(Math.max(n,220),innerHeight-280);this.host.style.setProperty("--lower",`${i}px`),e.setAttribute("aria-valuenow",i.toFixed(0))};return e.addEventListener("pointerdown",n=>e.setPointerCapture(n.pointerId)),e.addEventListener("pointermove",n=>{e.hasPointerCapture(n.pointerId)&&t(innerHeight-n.clientY)}),e.addEventListener("keydown",n=>{const i={ArrowUp:24,ArrowDown:-24}[n.key];i!==void 0&&(n.preventDefault(),t((e.parentElement?.clientHeight??360)+i))}),e}showTime=()=>{};setSpeed=()=>{};wireframe=!1;reference=!1;update(){for(const e of this.updates)e()}toggleLoop(){this.state.loop=!this.state.loop,this.update()}toggleSnap(){this.state.snap=!this.state.snap,this.update()}togglePosing(){this.state.project&&(this.state.posing=!this.state.posing,this.state.tell("look"),this.state.posing&&(this.said.textContent="Pose mode: drag the head to turn it at the playhead"))}toggleWireframe(){this.wireframe=!this.wireframe,this.viewport.wireframe=this.wireframe,this.update()}toggleReference(){const{project:e}=this.state;if(e){if(!e.reference){const t=E("input",{type:"file",accept:"video/*"});t.addEventListener("change",()=>{const n=t.files?.[0];n&&this.state.during("Reading the video",()=>this.state.change(i=>Be.setReference(i,n)),!0).then(()=>{this.state.project?.reference&&this.toggleReference()})}),t.click();return}this.reference=!this.reference,this.viewport.setReference(this.reference),this.update()}}toggleTheme(){const e=document.documentElement.dataset.theme==="dark"?"light":"dark";localStorage.setItem("ksdiff.theme",e),this.setTheme(e)}setTheme(e){document.documentElement.dataset.theme=e,this.timeline.recolour()}save(){const{project:e}=this.state;e&&E("a",{href:Be.fileAddress(e.id),download:!0}).click()}shortcuts(){const{commands:e,player:t,state:n,timeline:i}=this;return[{title:"Play",shortcuts:[{keys:[" "],about:"play or pause",run:()=>{t.toggle()}},{keys:["ArrowLeft"],about:"one frame back",run:()=>t.step(-1)},{keys:["ArrowRight"],about:"one frame on",run:()=>t.step(1)},{keys:["Shift+ArrowLeft"],shown:"Shift+← / →",about:"one second back or on",run:()=>e.seek(t.now()-1)},{keys:["Shift+ArrowRight"],about:"",run:()=>e.seek(t.now()+1)},{keys:["ArrowUp"],about:"keyframe before",run:()=>e.neighbour(-1)},{keys:["ArrowDown"],about:"next keyframe",run:()=>e.neighbour(1)},{keys:["Home"],shown:"Home / End",about:"start or end",run:()=>e.seek(0)},{keys:["End"],about:"",run:()=>e.seek(t.duration)},{keys:["l"],about:"loop the selection, or all",run:()=>this.toggleLoop()},{keys:[","],shown:", / .",about:"slower or faster",run:()=>this.setSpeed(-1)},{keys:["."],about:"",run:()=>this.setSpeed(1)}]},{title:"Keyframes and emotions",shortcuts:[{keys:["e"],about:"add an expression keyframe at the playhead",run:()=>n.project&&e.addKeyframe("expression")},{keys:["h"],about:"add a head keyframe at the playhead",run:()=>n.project&&e.addKeyframe("head")},{keys:["Delete","Backspace"],about:"delete the selected keyframes, or the emotion",run:()=>e.delete()},{keys:["Alt+ArrowLeft"],shown:"Alt+← / →",about:"move them by a frame",run:()=>e.nudge(-1)},{keys:["Alt+ArrowRight"],about:"",run:()=>e.nudge(1)},{keys:["Alt+ArrowDown"],shown:"Alt+↓ / ↑",about:"weaker or stronger",run:()=>e.strengthen(-1)},{keys:["Alt+ArrowUp"],about:"",run:()=>e.strengthen(1)},{keys:["m"],about:"add an emotion in the range, or at the playhead",run:()=>n.canFeel&&e.addEmotion()},{keys:["["],shown:"[ / ]",about:"emotion before, next emotion",run:()=>e.nextEmotion(-1)},{keys:["]"],about:"",run:()=>e.nextEmotion(1)},{keys:["g"],about:"pose mode: drag the head",run:()=>this.togglePosing()},{keys:["c"],about:"copy the pose at the playhead",run:()=>e.copyPose()},{keys:["v"],about:"paste it at the selected keyframe, or here",run:()=>e.pastePose()}]},{title:"Ranges and takes",shortcuts:[{keys:["i"],shown:"I / O",about:"start or end of the range at the playhead",run:()=>e.mark("start")},{keys:["o"],about:"",run:()=>e.mark("stop")},{keys:["p"],about:"pin or unpin the range",run:()=>e.togglePins()},{keys:["n"],about:"another seed in the range",run:()=>Jt.filter(r=>r===n.path).forEach(r=>e.reroll(r))},{keys:["Shift+n"],about:"several seeds in the range, to choose from",run:()=>this.compareSeeds()},{keys:["r"],about:"regenerate affected frames",run:()=>{n.regenerate()}},...Array.from({length:9},(r,a)=>({keys:[String(a+1)],shown:"1 … 9",about:a===0?"edit this take":"",run:()=>{const o=n.project?.takes[a];o&&n.setTake(o.name)}})),{keys:["Mod+a"],about:"select everything",run:()=>e.selectAll()},{keys:["Escape"],about:"select nothing",run:()=>e.deselect()}]},{title:"View",shortcuts:[{keys:["+","="],shown:"+ / -",about:"zoom in or out",run:()=>i.zoom(1.5)},{keys:["-"],about:"",run:()=>i.zoom(1/1.5)},{keys:["f"],about:"show all",run:()=>i.fit()},{keys:["z"],about:"zoom to the selection",run:()=>i.zoomToSelection()},{keys:["s"],about:"snapping",run:()=>this.toggleSnap()},{keys:["w"],about:"wireframe",run:()=>this.toggleWireframe()},{keys:["b"],about:"reference video beside the head",run:()=>this.toggleReference()},{keys:["0"],about:"camera from the front",run:()=>this.look(0)},{keys:["k"],about:"next camera",run:()=>this.look((this.camera+1)%da.length)},{keys:["a"],about:"your own character: what its shapes follow",run:()=>n.project&&this.characterPanel.toggle()},{keys:["t"],about:"light or dark",run:()=>this.toggleTheme()}]},{title:"Project",shortcuts:[{keys:["Mod+z"],about:"undo",run:()=>{n.undo()}},{keys:["Mod+Shift+z","Mod+y"],about:"redo",run:()=>{n.redo()}},{keys:["Mod+o"],about:"open a voice or a project",run:()=>this.home.choose()},{keys:["Mod+s"],about:"save as a .ksd file",run:()=>this.save()},{keys:["Mod+e"],about:"export",run:()=>Xh(n,this.facts)},{keys:["?"],about:"this sheet",run:()=>Wh(this.shortcuts())}]}]}}document.documentElement.dataset.theme=localStorage.getItem("ksdiff.theme")??(Xu.matches?"dark":"light");const oo=document.getElementById("studio");oo&&Be.facts().then(s=>new IS(oo,s).start()).catch(s=>oo.append(E("p",{class:"fatal",role:"alert"},s instanceof Error?s.message:String(s))));
