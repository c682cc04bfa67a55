-- | What pages do alike: say what went wrong, and focus what comes next.
module Retail.Component.Page (focus, sayFault, answered, complain, once, stay, print) where

import Prelude

import Data.Either (Either(..))
import Data.Maybe (Maybe(..))
import Effect (Effect)
import Effect.Class (class MonadEffect, liftEffect)
import Halogen (HalogenM, gets, modify_)
import Retail.Api.Request (Request)
import Retail.Capability.Api (class MonadApi, send)
import Retail.Capability.Shared (class MonadShared, share)
import Retail.Component.Html (Notice(..))
import Retail.Data.Fault (Fault(..), isLoggedOut, sentence)
import Retail.Data.Uuid (freshUuid)
import Web.Event.Event (Event, preventDefault)

foreign import focusImpl :: String -> Effect Unit

-- | Opens the browser's print dialog.
foreign import print :: Effect Unit

-- | Focuses what has this id, once it is there.
focus :: forall m. MonadEffect m => String -> m Unit
focus = liftEffect <<< focusImpl

stay :: forall m. MonadEffect m => Event -> m Unit
stay = liftEffect <<< preventDefault

-- | A session that has ended leads back to the login.
sayFault :: forall m. MonadShared m => Fault -> m (Maybe Notice)
sayFault fault = do
  when (isLoggedOut fault) (share _ { me = Nothing })
  pure (Just (Bad (sentence fault)))

-- | Goes on with an answer, or says what is wrong.
answered
  :: forall answer state action slots output m
   . MonadShared m
  => Either Fault answer
  -> (answer -> HalogenM { said :: Maybe Notice | state } action slots output m Unit)
  -> HalogenM { said :: Maybe Notice | state } action slots output m Unit
answered answer use = case answer of
  Right value -> use value
  Left fault -> do
    said <- sayFault fault
    modify_ _ { said = said }

complain :: forall state action slots output m. String -> HalogenM { said :: Maybe Notice | state } action slots output m Unit
complain words = modify_ _ { said = Just (Bad words) }

-- | With the key that the page keeps: until the server has answered, each further try is the same request.
once
  :: forall answer state action slots output m
   . MonadEffect m
  => MonadApi m
  => Request answer
  -> HalogenM { key :: String | state } action slots output m (Either Fault answer)
once request = do
  kept <- gets _.key
  key <- if kept == "" then liftEffect freshUuid else pure kept
  modify_ _ { key = key }
  answer <- send key request
  case answer of
    Left NoAnswer -> pure unit
    _ -> modify_ _ { key = "" }
  pure answer
