-- | The cookie that carries a session.
module Retail.Http.Cookie (cookieName, withCookie, setCookie) where

import Data.ByteString (ByteString)
import Data.ByteString.Builder qualified as Builder
import Data.ByteString.Lazy qualified as Lazy
import Data.Maybe (fromMaybe, isNothing)
import Data.Text (Text)
import Data.Text.Encoding (decodeUtf8)
import Retail.App.Config (Config (..))
import Retail.App.Env
import Retail.App.Sessions qualified as Sessions
import Retail.Contract.Staff (Me)
import Retail.Http.Api (Cookie)
import Servant (addHeader)
import Web.Cookie

cookieName :: ByteString
cookieName = "retail_session"

withCookie :: Env -> (Sessions.Token, Me) -> IO (Cookie Me)
withCookie env (token, me) = pure (addHeader (setCookie env (Just token)) me)

-- | Lives as long as the browser does; 'Nothing' ends it.
setCookie :: Env -> Maybe ByteString -> Text
setCookie Env {config = Config {secureCookie}} token =
  decodeUtf8 . Lazy.toStrict . Builder.toLazyByteString . renderSetCookie $
    defaultSetCookie
      { setCookieName = cookieName,
        setCookieValue = fromMaybe "" token,
        setCookiePath = Just "/",
        setCookieHttpOnly = True,
        setCookieSecure = secureCookie,
        setCookieSameSite = Just sameSiteStrict,
        setCookieMaxAge = if isNothing token then Just 0 else Nothing
      }
