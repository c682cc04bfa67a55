-- | Whatever goes wrong becomes a problem document (RFC 9457), never a stack trace.
module Retail.Http.Fault (guarded, formatters, problemsOnly, responseOf, serverError) where

import Control.Exception hiding (Handler)
import Control.Exception qualified as Exception
import Control.Monad.Except (ExceptT (..))
import Data.ByteString (ByteString)
import Data.ByteString.Char8 qualified as Bytes
import Data.Text (Text)
import Data.Text qualified as Text
import Data.Text.Encoding (decodeUtf8With)
import Data.Text.Encoding.Error (lenientDecode)
import Database.PostgreSQL.Simple (SqlError (..))
import Network.HTTP.Types
import Network.Wai
import Retail.App.Problem
import Retail.App.Sales (CardsRefused (..))
import Retail.Db.Transaction (DatabaseGone (..), isGone)
import Retail.Obs.Event (Event (..))
import Servant (ErrorFormatters (..), Handler (..), ServerError (..), defaultErrorFormatters)

-- | Runs a handler; what it throws is told, and answered with a problem.
guarded :: (Event -> IO ()) -> IO a -> Handler a
guarded tell work =
  Handler . ExceptT $
    (Right <$> work)
      `catches` [ Exception.Handler answered,
                  Exception.Handler (\CardsRefused {problem} -> answered problem),
                  Exception.Handler (\(TooMany seconds) -> pure (Left (waiting seconds))),
                  Exception.Handler (\(DatabaseGone reason) -> tell (DatabaseTrouble reason) >> answered unavailable),
                  Exception.Handler (\failure -> sqlProblem tell failure >>= answered),
                  Exception.Handler (\failure -> throwIO (failure :: SomeAsyncException)),
                  Exception.Handler (\failure -> tell (Bug (Text.pack (show (failure :: SomeException))) "") >> answered internal)
                ]
  where
    answered = pure . Left . serverError

waiting :: Int -> ServerError
waiting seconds = failure {errHeaders = ("Retry-After", Bytes.pack (show seconds)) : errHeaders failure}
  where
    failure = serverError Problem {code = TooManyAttempts, detail = "Too many attempts to log in. Wait."}

unavailable, internal :: Problem
unavailable = Problem {code = Unavailable, detail = "The database cannot be reached. Try again with the same Idempotency-Key."}
internal = Problem {code = Internal, detail = "This is a mistake of ours. Nothing was changed."}

-- | What a constraint refused was asked for wrongly; the rest is trouble of the database, or a mistake of ours.
sqlProblem :: (Event -> IO ()) -> SqlError -> IO Problem
sqlProblem tell failure@SqlError {..}
  | isGone failure || sqlState `elem` passing = unavailable <$ tell (DatabaseTrouble (text sqlState <> " " <> text sqlErrorMsg))
  | sqlState == "23505" = pure Problem {code = Duplicate, detail = "There is one already."}
  | sqlState == "23503" = pure Problem {code = UnknownReference, detail = "Something that the request names does not exist."}
  | sqlState `elem` ["23514", "22003", "22001"] = pure Problem {code = InvalidValue, detail = "A value is outside of what may be stored."}
  | otherwise = internal <$ tell (Bug (text sqlState <> " " <> text sqlErrorMsg) "")
  where
    -- Serialisation, deadlock, timeouts of locks and statements, too many connections.
    passing = ["40001", "40P01", "55P03", "57014", "53300", "25P03"]
    text = decodeUtf8With lenientDecode

serverError :: Problem -> ServerError
serverError problem@Problem {code} =
  ServerError
    { errHTTPCode = statusCode (statusOf code),
      errReasonPhrase = "",
      errBody = problemBody problem,
      errHeaders = problemHeaders code
    }

problemHeaders :: Code -> ResponseHeaders
problemHeaders code = (hContentType, problemType) : [("Retry-After", "1") | code == Unavailable]

problemType :: ByteString
problemType = "application/problem+json"

responseOf :: Problem -> Response
responseOf problem@Problem {code} = responseLBS (statusOf code) (problemHeaders code) (problemBody problem)

formatters :: ErrorFormatters
formatters =
  defaultErrorFormatters
    { bodyParserErrorFormatter = \_ _ reason -> malformed ("The body: " <> Text.pack reason),
      urlParseErrorFormatter = \_ _ _ -> serverError Problem {code = NotFound, detail = "There is nothing at this address."},
      headerParseErrorFormatter = \_ _ reason -> malformed (Text.pack reason),
      notFoundErrorFormatter = \_ -> serverError Problem {code = NotFound, detail = "There is nothing at this address."}
    }
  where
    malformed detail = serverError Problem {code = MalformedRequest, detail}

-- | Answers that say no in another form than ours (servant's 405 and 415, warp's) get ours.
problemsOnly :: Middleware
problemsOnly application request respond = application request $ \response ->
  respond $
    if statusCode (responseStatus response) >= 400 && lookup hContentType (responseHeaders response) /= Just problemType
      then responseOf (problemFor (responseStatus response))
      else response

problemFor :: Status -> Problem
problemFor status = case [code | code <- [minBound ..], statusOf code == status] of
  code : _ -> Problem {code, detail = explained code}
  [] -> internal
  where
    explained :: Code -> Text
    explained = \case
      UnsupportedMediaType -> "Send application/json."
      MethodNotAllowed -> "This address has no such method."
      code -> titleOf code <> "."
