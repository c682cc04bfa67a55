-- | What surrounds every request: its size, its id, and the telling of it.
module Retail.Http.Middleware (surrounded) where

import Data.ByteString.Char8 qualified as Bytes
import Data.Char (isAlphaNum, isAscii)
import Data.IORef (IORef, atomicModifyIORef', newIORef)
import Data.List (find)
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Text.Encoding (decodeUtf8With)
import Data.Text.Encoding.Error (lenientDecode)
import Data.Word (Word64)
import GHC.Clock (getMonotonicTime)
import Network.HTTP.Types
import Network.Wai
import Network.Wai.Middleware.RequestSizeLimit
import Retail.App.Problem
import Retail.Contract.Reflect
import Retail.Http.Fault
import Retail.Obs.Event

-- | In bytes. A cart of a thousand lines is a fifth of it.
largestBody :: Word64
largestBody = 1_000_000

surrounded :: [Endpoint] -> (Event -> IO ()) -> IO Middleware
surrounded endpoints tell = do
  numbers <- newIORef (0 :: Int)
  pure (told endpoints tell numbers . plainHeaders . problemsOnly . limited)

limited :: Middleware
limited = requestSizeLimitMiddleware (setMaxLengthForRequest (\_ -> pure (Just largestBody)) (setOnLengthExceeded tooLarge defaultRequestSizeLimitSettings))
  where
    tooLarge _ _ _ respond =
      respond (responseOf Problem {code = BodyTooLarge, detail = Text.pack ("A body has at most " <> show largestBody <> " bytes.")})

plainHeaders :: Middleware
plainHeaders = modifyResponse (mapResponseHeaders (headers <>))
  where
    headers = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "default-src 'none'")]

told :: [Endpoint] -> (Event -> IO ()) -> IORef Int -> Middleware
told endpoints tell numbers application request respond = do
  start <- getMonotonicTime
  name <- requestName
  application request $ \response -> do
    received <- respond (mapResponseHeaders (("X-Request-Id", Bytes.pack (Text.unpack name)) :) response)
    end <- getMonotonicTime
    tell
      Served
        { method = knownMethod (requestMethod request),
          route = routeOf endpoints request,
          status = statusCode (responseStatus response),
          seconds = end - start,
          request = name
        }
    pure received
  where
    requestName = case lookup "X-Request-Id" (requestHeaders request) of
      Just given | wellFormed given -> pure (Text.pack (Bytes.unpack given))
      _ -> Text.pack . show <$> atomicModifyIORef' numbers (\number -> (number + 1, number + 1))
    wellFormed given = not (Bytes.null given) && Bytes.length given <= 64 && Bytes.all plain given
    plain letter = isAscii letter && (isAlphaNum letter || letter `elem` ("-_." :: String))

-- | Strangers cannot make new metrics.
knownMethod :: Method -> Text
knownMethod method = if method `elem` ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"] then decodeUtf8With lenientDecode method else "OTHER"

routeOf :: [Endpoint] -> Request -> Text
routeOf endpoints request = maybe "unmatched" template (find matches endpoints)
  where
    matches Endpoint {path} = length path == length (pathInfo request) && and (zipWith fits path (pathInfo request))
    fits (Literal text) given = text == given
    fits (Captured _) _ = True
