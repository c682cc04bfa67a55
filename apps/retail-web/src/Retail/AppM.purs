-- | What the capabilities mean in a browser.
module Retail.AppM (AppM, Env, newEnv, runAppM) where

import Prelude

import Control.Monad.Reader (ReaderT, asks, runReaderT)
import Data.Argonaut.Core as Json
import Data.Argonaut.Parser (jsonParser)
import Data.Bifunctor (lmap)
import Data.Codec.Argonaut as CA
import Data.Either (Either(..), fromRight)
import Data.Maybe (Maybe(..), fromMaybe, maybe)
import Effect (Effect)
import Effect.Aff (Aff, makeAff, nonCanceler)
import Effect.Aff.Class (class MonadAff, liftAff)
import Effect.Class (class MonadEffect, liftEffect)
import Effect.Ref (Ref)
import Effect.Ref as Ref
import Foreign.Object as Object
import Halogen.Subscription as HS
import Retail.Api.Request (Request)
import Retail.Capability.Api (class MonadApi)
import Retail.Capability.Shared (class MonadShared, share)
import Retail.Data.Fault (Fault(..))
import Retail.Store (Store, emptyStore)
import Unsafe.Coerce (unsafeCoerce)

type Env = { store :: Ref Store, changed :: HS.SubscribeIO Store }

newEnv :: Effect Env
newEnv = { store: _, changed: _ } <$> Ref.new emptyStore <*> HS.create

newtype AppM a = AppM (ReaderT Env Aff a)

derive newtype instance Functor AppM
derive newtype instance Apply AppM
derive newtype instance Applicative AppM
derive newtype instance Bind AppM
derive newtype instance Monad AppM
derive newtype instance MonadEffect AppM
derive newtype instance MonadAff AppM

runAppM :: Env -> AppM ~> Aff
runAppM env (AppM work) = runReaderT work env

instance MonadShared AppM where
  shared = AppM (asks _.store) >>= (liftEffect <<< Ref.read)
  share change = do
    env <- AppM (asks identity)
    liftEffect do
      store <- Ref.modify change env.store
      HS.notify env.changed.listener store
  changes = AppM (asks _.changed.emitter)

-- | An answer also tells whether the server can be reached at all.
instance MonadApi AppM where
  send key request = do
    answer <- answerOf request <$> liftAff (exchange (outgoing key request))
    share _
      { online = case answer of
          Left NoAnswer -> false
          _ -> true
      }
    pure answer

type Exchange = { method :: String, path :: String, key :: String, body :: String }

-- | An answer of status 0 is none: nobody answered within ten seconds.
foreign import exchangeImpl :: Exchange -> ({ status :: Int, body :: String } -> Effect Unit) -> Effect Unit

exchange :: Exchange -> Aff { status :: Int, body :: String }
exchange asked = makeAff \done -> nonCanceler <$ exchangeImpl asked (done <<< Right)

outgoing :: forall answer. String -> Request answer -> Exchange
outgoing key { method, path, once, body } =
  { method, path: "/api" <> path, key: if once then key else "", body: fromMaybe "" (Json.stringify <$> body) }

answerOf :: forall answer. Request answer -> { status :: Int, body :: String } -> Either Fault answer
answerOf request { status, body } =
  if status == 0 then Left NoAnswer
  else if status >= 200 && status < 300 then case request.answer of
    -- A request without an answer is a `Request Unit`.
    Nothing -> Right (unsafeCoerce unit)
    Just codec -> lmap Unreadable (jsonParser body >>= (CA.decode codec >>> lmap CA.printJsonDecodeError))
  else if status >= 502 && status <= 504 then Left NoAnswer
  else Left (problem status body)

problem :: Int -> String -> Fault
problem status body = Refused { status, code: field "code" "", detail: field "detail" ("The server answered " <> show status <> ".") }
  where
  object = Json.toObject (fromRight Json.jsonNull (jsonParser body))
  field name otherwise' = maybe otherwise' identity (object >>= Object.lookup name >>= Json.toString)
